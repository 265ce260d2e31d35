//! Paper, cover, cutter and power of the virtual printer, and the status bytes they make (sections 5 and 6).

/// How much paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// Enough.
    Full,
    /// Near its end.
    Low,
    /// None.
    Out,
}

/// A thing that is in order or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// In order: closed, free, on.
    Good,
    /// Not: open, jammed, off.
    Bad,
}

/// What a person can do to the printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// The roll.
    pub paper: Paper,
    /// The cover.
    pub cover: State,
    /// The cutter.
    pub cutter: State,
    /// The print head's temperature.
    pub head: State,
    /// Power.
    pub power: State,
    /// The signal at pin 3 of the drawer connector: good is low.
    pub drawer: State,
}

impl Switches {
    /// All well.
    pub const GOOD: Self = Self {
        paper: Paper::Full,
        cover: State::Good,
        cutter: State::Good,
        head: State::Good,
        power: State::Good,
        drawer: State::Good,
    };

    /// Obeys `paper out`, `cover open`, `jam`, `off` and the like.
    pub fn obey(&mut self, words: &[&str]) -> Result<(), String> {
        match words {
            ["paper", "full"] => self.paper = Paper::Full,
            ["paper", "low"] => self.paper = Paper::Low,
            ["paper", "out"] => self.paper = Paper::Out,
            ["cover", "open"] => self.cover = State::Bad,
            ["cover", "closed"] => self.cover = State::Good,
            ["jam"] => self.cutter = State::Bad,
            ["clear"] => self.cutter = State::Good,
            ["hot"] => self.head = State::Bad,
            ["cool"] => self.head = State::Good,
            ["off"] => self.power = State::Bad,
            ["on"] => self.power = State::Good,
            ["drawer", "high"] => self.drawer = State::Bad,
            ["drawer", "low"] => self.drawer = State::Good,
            _ => {
                return Err(
                    "say paper full|low|out, cover open|closed, jam, clear, hot, cool, off, on, drawer high|low, unplug or plug".into()
                );
            }
        }
        Ok(())
    }

    /// Whether it prints.
    pub fn online(&self) -> bool {
        self.paper != Paper::Out
            && self.cover == State::Good
            && self.cutter == State::Good
            && self.head == State::Good
    }

    /// The answer to DLE EOT n.
    pub fn real_time(&self, n: u8) -> u8 {
        let bit = |holds: bool, bits: u8| if holds { bits } else { 0 };
        let bits = match n {
            1 => bit(!self.online(), 0x08) | bit(self.drawer == State::Bad, 0x04),
            2 => {
                bit(self.cover == State::Bad, 0x04)
                    | bit(self.paper == Paper::Out, 0x20)
                    | bit(self.cutter == State::Bad || self.head == State::Bad, 0x40)
            }
            3 => bit(self.cutter == State::Bad, 0x08) | bit(self.head == State::Bad, 0x40),
            4 => bit(self.paper != Paper::Full, 0x0C) | bit(self.paper == Paper::Out, 0x60),
            _ => 0,
        };
        0x12 | bits
    }

    /// The answer to GS r 1.
    pub fn in_sequence(&self) -> u8 {
        match self.paper {
            Paper::Full => 0x00,
            Paper::Low => 0x03,
            Paper::Out => 0x0F,
        }
    }

    /// The four bytes of GS a.
    pub fn automatic(&self) -> [u8; 4] {
        let bit = |holds: bool, bits: u8| if holds { bits } else { 0 };
        [
            0x10 | bit(!self.online(), 0x08)
                | bit(self.cover == State::Bad, 0x20)
                | bit(self.drawer == State::Bad, 0x04),
            bit(self.cutter == State::Bad, 0x08) | bit(self.head == State::Bad, 0x40),
            self.in_sequence(),
            0x0F,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_those_of_the_specification() {
        let good = Switches::GOOD;
        assert_eq!((1..=4).map(|n| good.real_time(n)).collect::<Vec<_>>(), [0x12; 4]);
        assert_eq!(good.automatic(), [0x10, 0x00, 0x00, 0x0F]);
        let open = Switches { cover: State::Bad, ..good };
        assert_eq!((open.real_time(1), open.real_time(2)), (0x1A, 0x16));
        assert_eq!(open.automatic(), [0x38, 0x00, 0x00, 0x0F]);
        let out = Switches { paper: Paper::Out, ..good };
        assert_eq!((out.real_time(2), out.real_time(4)), (0x32, 0x7E));
        assert_eq!(out.automatic(), [0x18, 0x00, 0x0F, 0x0F]);
        let low = Switches { paper: Paper::Low, ..good };
        assert_eq!((low.real_time(1), low.real_time(4)), (0x12, 0x1E));
        assert_eq!(low.automatic(), [0x10, 0x00, 0x03, 0x0F]);
        let jam = Switches { cutter: State::Bad, ..good };
        assert_eq!((jam.real_time(2), jam.real_time(3)), (0x52, 0x1A));
        assert_eq!(jam.automatic(), [0x18, 0x08, 0x00, 0x0F]);
        let drawer = Switches { drawer: State::Bad, ..good };
        assert_eq!((drawer.real_time(1), drawer.automatic()), (0x16, [0x14, 0x00, 0x00, 0x0F]));
    }
}
