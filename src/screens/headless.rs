//! A screen without a panel: the same window, drawn by the same software renderer into memory. For terminals without a
//! display server, for the tour and for the benchmarks.

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{
    EventLoopProxy, Platform, WindowAdapter, duration_until_next_timer_update, update_timers_and_animations,
};
use slint::{EventLoopError, PhysicalSize, PlatformError, Rgb8Pixel};
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

type Task = Box<dyn FnOnce() + Send>;

/// Something for the loop to do.
enum Message {
    Task(Task),
    Quit,
}

/// The screen: give it to [`slint::platform::set_platform`] once, draw it as often as wanted.
#[derive(Clone)]
pub struct Headless {
    window: Rc<MinimalSoftwareWindow>,
    size: PhysicalSize,
}

struct HeadlessPlatform {
    window: Rc<MinimalSoftwareWindow>,
    started: Instant,
    messages: OnceCell<Receiver<Message>>,
    sender: Sender<Message>,
    pixels: RefCell<Vec<Rgb8Pixel>>,
    size: PhysicalSize,
}

struct Proxy(Sender<Message>);

impl Headless {
    /// Makes the screen the platform of this thread.
    pub fn install(width: u32, height: u32) -> Result<Self, slint::platform::SetPlatformError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        let size = PhysicalSize::new(width, height);
        window.set_size(size);
        let (sender, receiver) = channel();
        let messages = OnceCell::new();
        let _ = messages.set(receiver);
        slint::platform::set_platform(Box::new(HeadlessPlatform {
            window: Rc::clone(&window),
            started: Instant::now(),
            messages,
            sender,
            pixels: RefCell::default(),
            size,
        }))?;
        Ok(Self { window, size })
    }

    /// Draws the whole window and gives its pixels, row by row: red, green and blue, a byte each.
    pub fn picture(&self) -> Vec<u8> {
        update_timers_and_animations();
        // Bytes, because making millions of pixels one by one takes longer than drawing where nothing is optimised.
        let mut bytes = vec![0; size_of::<Rgb8Pixel>() * pixel_count(self.size)];
        let pixels: &mut [Rgb8Pixel] = bytemuck::cast_slice_mut(&mut bytes);
        // A new buffer knows nothing of the last frame.
        self.window.request_redraw();
        let stride = self.size.width as usize;
        self.window.draw_if_needed(|renderer| {
            renderer.set_repaint_buffer_type(RepaintBufferType::NewBuffer);
            renderer.render(pixels, stride);
            renderer.set_repaint_buffer_type(RepaintBufferType::ReusedBuffer);
        });
        bytes
    }
}

fn pixel_count(size: PhysicalSize) -> usize {
    size.width as usize * size.height as usize
}

impl HeadlessPlatform {
    fn draw(&self) {
        let mut pixels = self.pixels.borrow_mut();
        pixels.resize(pixel_count(self.size), Rgb8Pixel::default());
        self.window.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, self.size.width as usize);
        });
    }
}

impl Platform for HeadlessPlatform {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::clone(&self.window) as _)
    }

    fn duration_since_start(&self) -> Duration {
        self.started.elapsed()
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        Some(Box::new(Proxy(self.sender.clone())))
    }

    fn run_event_loop(&self) -> Result<(), PlatformError> {
        let messages = self.messages.get().ok_or("the loop has no messages")?;
        loop {
            update_timers_and_animations();
            self.draw();
            let frame = Duration::from_millis(16);
            let wait = if self.window.has_active_animations() {
                frame
            } else {
                duration_until_next_timer_update().unwrap_or(Duration::from_secs(1))
            };
            match messages.recv_timeout(wait) {
                Ok(Message::Task(task)) => task(),
                Ok(Message::Quit) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

impl EventLoopProxy for Proxy {
    fn quit_event_loop(&self) -> Result<(), EventLoopError> {
        self.0.send(Message::Quit).map_err(|_| EventLoopError::EventLoopTerminated)
    }

    fn invoke_from_event_loop(&self, event: Task) -> Result<(), EventLoopError> {
        self.0.send(Message::Task(event)).map_err(|_| EventLoopError::EventLoopTerminated)
    }
}
