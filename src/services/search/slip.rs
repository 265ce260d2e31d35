//! Slips of the finger: one letter missing, too many, wrong, or two in the wrong order. Knows characters only.

/// Whether one slip turns one text into the other.
pub(super) fn is_one(a: &[char], b: &[char]) -> bool {
    let (a, b) = if a.len() > b.len() { (b, a) } else { (a, b) };
    let before = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(before..).unwrap_or_default(), b.get(before..).unwrap_or_default());
    match (a, b) {
        ([], []) => true,
        (a, [_, b @ ..]) if a.len() == b.len() => a == b,
        ([a0, a1, a @ ..], [b0, b1, b @ ..]) if a0 == b1 && a1 == b0 && a == b => true,
        ([_, a @ ..], [_, b @ ..]) => a == b,
        _ => false,
    }
}

/// A text of letters that is looked for with slips: the letters as bits, after Myers (1999) and Hyyrö (2003).
#[derive(Debug)]
pub(super) struct Pattern {
    bits: [u64; 26],
    length: usize,
}

impl Pattern {
    /// Up to 63 letters from a to z.
    pub(super) fn new(letters: &[char]) -> Option<Self> {
        let mut bits = [0; 26];
        for (place, c) in letters.iter().enumerate().take(63) {
            *bits.get_mut(place_of(*c)?)? |= 1 << place;
        }
        (!letters.is_empty() && letters.len() < 64).then_some(Self { bits, length: letters.len() })
    }

    /// The fewest slips with which the letters stand anywhere in a text, and where they end there.
    pub(super) fn find(&self, text: &str) -> (usize, usize) {
        let top = 1_u64 << (self.length - 1);
        let (mut plus, mut minus) = (u64::MAX, 0_u64);
        let (mut diagonal, mut equal_before) = (0_u64, 0_u64);
        let mut slips = self.length;
        let mut best = (slips, 0);
        for (place, c) in text.chars().enumerate() {
            let equal = place_of(c).and_then(|c| self.bits.get(c)).copied().unwrap_or(0);
            let swapped = ((!diagonal & equal) << 1) & equal_before;
            diagonal = swapped | equal | minus | ((equal & plus).wrapping_add(plus) ^ plus);
            let (up, down) = (minus | !(diagonal | plus), diagonal & plus);
            if up & top != 0 {
                slips += 1;
            } else if down & top != 0 {
                slips -= 1;
            }
            let (up, down) = (up << 1, down << 1);
            plus = down | !(diagonal | up);
            minus = up & diagonal;
            equal_before = equal;
            if slips < best.0 {
                best = (slips, place + 1);
            }
        }
        best
    }
}

fn place_of(c: char) -> Option<usize> {
    c.is_ascii_lowercase().then(|| usize::from(c as u8 - b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn one_slip_of_each_kind() {
        for slipped in ["passpor", "passsport", "pasport", "psasport", "paxsport", "passport"] {
            assert!(is_one(&letters(slipped), &letters("passport")), "{slipped}");
        }
        for other in ["pssprt", "port", "psosprat"] {
            assert!(!is_one(&letters(other), &letters("passport")), "{other}");
        }
    }

    #[test]
    fn slips_are_counted_anywhere_in_a_text() {
        let find = |slipped: &str| Pattern::new(&letters(slipped)).unwrap().find("juminshenfenzhengbuling");
        assert_eq!(find("shenfenzheng"), (0, 17));
        for slipped in ["shenfenzhegn", "shenfnzheng", "shenfxnzheng", "shenfeenzheng"] {
            let (slips, end) = find(slipped);
            assert!(slips == 1 && (16..=17).contains(&end), "{slipped}: {slips} up to {end}");
        }
        assert!(find("qqqqqqq").0 > 4);
        assert!(Pattern::new(&letters("水")).is_none() && Pattern::new(&[]).is_none());
    }
}
