//! Touch panels as libinput sees them come and go, on the screen's thread: each gets the calibration that was kept.

use super::calibration::Calibration;
use super::panel::{PanelFacts, TouchPanel};
use input::event::{DeviceEvent, EventTrait};
use input::{Device, DeviceCapability, Event};
use std::cell::RefCell;

thread_local! {
    /// Those that are plugged in; libinput's devices belong to the thread that reads them.
    static PANELS: RefCell<Vec<Device>> = const { RefCell::new(Vec::new()) };
}

impl TouchPanel {
    /// Has the screen read its touches from the kernel, calibrated. To be called before a window is opened.
    pub fn read_touches(&self) -> Result<(), slint::PlatformError> {
        let touch = self.clone();
        slint::BackendSelector::new()
            .with_libinput_event_hook(move |event| {
                touch.is_read();
                match event {
                    Event::Device(DeviceEvent::Added(added)) => touch.came(added.device()),
                    Event::Device(DeviceEvent::Removed(removed)) => touch.went(&removed.device()),
                    _ => {}
                }
                // Every event goes on to the window.
                false
            })
            .select()
    }

    fn came(&self, mut panel: Device) {
        if !panel.has_capability(DeviceCapability::Touch) || !panel.config_calibration_has_matrix() {
            return;
        }
        if let Some(kept) = self.kept() {
            set(&mut panel, kept);
        }
        self.has(facts(&panel));
        PANELS.with_borrow_mut(|panels| panels.push(panel));
    }

    fn went(&self, panel: &Device) {
        let is_ours = PANELS.with_borrow_mut(|panels| {
            let before = panels.len();
            panels.retain(|other| other.sysname() != panel.sysname());
            panels.len() < before
        });
        if is_ours {
            tracing::warn!(node = panel.sysname(), "a touch panel is gone");
            self.lost(panel.sysname());
        }
    }
}

/// From any thread.
pub(super) fn put_in_force(touch: TouchPanel, calibration: Calibration) {
    let put = move || {
        PANELS.with_borrow_mut(|panels| {
            for panel in panels {
                set(panel, calibration);
                touch.has(facts(panel));
            }
        });
    };
    // Where no loop runs any more, the next start reads the file.
    let _ = slint::invoke_from_event_loop(put);
}

fn set(panel: &mut Device, calibration: Calibration) {
    if panel.config_calibration_set_matrix(calibration.matrix()).is_err() {
        tracing::error!(%calibration, node = panel.sysname(), "the touch panel does not take its calibration");
    }
}

fn facts(panel: &Device) -> PanelFacts {
    let in_force = panel.config_calibration_matrix().map(|matrix| matrix.map(f64::from));
    PanelFacts {
        node: panel.sysname().to_owned(),
        name: panel.name().into_owned(),
        calibration: in_force.and_then(|numbers| Calibration::new(numbers).ok()).unwrap_or(Calibration::NONE),
    }
}
