//! What differs between printers: paper, sensors and which answers can be trusted.

/// How the end of a job is confirmed (section 6.3 of the wire protocol).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// GS ( H: answered once the data before it is printed. GS r is asked as well, for firmware that ignores GS ( H.
    Mark,
    /// GS r alone: answered once the data before it is processed.
    PaperStatus,
}

/// Whether a printer has a sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensor {
    /// It has, and its answers can be trusted.
    Present,
    /// It has none: what it reports means nothing.
    Absent,
}

/// The feed button on the printer's case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelButton {
    /// As the printer has it.
    Free,
    /// Locked: right for a public terminal.
    Locked,
}

/// A switch at the cabinet's door, wired to the printer's drawer connector: it lies at pin 3 (section 5 of the wire protocol).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorSwitch {
    /// None: what the pin says means nothing.
    Absent,
    /// Pin 3 is high while the door is open.
    HighWhenOpen,
    /// Pin 3 is high while the door is closed.
    HighWhenClosed,
}

/// A kind of printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Columns of font A (12 dots each); a Chinese character takes two.
    pub columns: usize,
    /// Printable dots of a row.
    pub dots: usize,
    /// The sensor that sees paper come to its end.
    pub near_end: Sensor,
    /// The sensor that sees no paper.
    pub paper_end: Sensor,
    /// How a job is confirmed.
    pub confirmation: Confirmation,
    /// The feed button.
    pub panel_button: PanelButton,
    /// What its drawer connector is used for.
    pub door: DoorSwitch,
}

impl Profile {
    /// 58 mm paper: 384 dots, 32 columns.
    pub const MM58: Self = Self {
        columns: 32,
        dots: 384,
        near_end: Sensor::Present,
        paper_end: Sensor::Present,
        confirmation: Confirmation::Mark,
        panel_button: PanelButton::Locked,
        door: DoorSwitch::Absent,
    };

    /// 80 mm paper: 576 dots, 48 columns.
    pub const MM80: Self = Self { columns: 48, dots: 576, ..Self::MM58 };
}
