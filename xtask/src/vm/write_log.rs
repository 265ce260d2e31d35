//! What a disk keeps when its power is cut: everything before the last flush, and of the later writes any.
//!
//! QEMU's `blklogwrites` writes down every write and flush in the format of Linux's dm-log-writes
//! (Documentation/admin-guide/device-mapper/log-writes.rst): a first sector about the log, then for every entry a
//! sector of its own (place, length, flags, all little endian u64) and the data behind it.

use super::dice::Dice;
use anyhow::{Context, Result, bail};

/// The size that QEMU is asked for.
pub(super) const SECTOR: usize = 512;
const MAGIC: u64 = 0x006a_7366_7773_6872;
const FLUSH: u64 = 1;
const DISCARD: u64 = 4;

/// One act of the guest on its disk.
#[derive(Debug, PartialEq, Eq)]
enum Act<'a> {
    /// Bytes at a place; they may stay in the disk's cache.
    Write { at: usize, data: &'a [u8] },
    /// Everything written before is on the disk when this is answered.
    Flush,
}

/// Does to `disk`, which is as it was at power on, what the log says, and then cuts the power: a coin falls for each
/// write that was never flushed.
pub(super) fn replay(log: &[u8], disk: &mut [u8], dice: &mut Dice) -> Result<()> {
    let acts = parse(log)?;
    let safe = acts.iter().rposition(|act| *act == Act::Flush).map_or(0, |last| last + 1);
    for (number, act) in acts.iter().enumerate() {
        let Act::Write { at, data } = act else { continue };
        if number >= safe && dice.below(2) == 0 {
            continue;
        }
        let place = disk.get_mut(*at..at.saturating_add(data.len())).context("a write beyond the disk")?;
        place.copy_from_slice(data);
    }
    Ok(())
}

fn parse(log: &[u8]) -> Result<Vec<Act<'_>>> {
    let (head, mut rest) = log.split_at_checked(SECTOR).context("the log is empty")?;
    // QEMU fills the first sector at the first flush; a guest that never flushed leaves it empty.
    if number(head, 0) != Some(MAGIC) && head.iter().any(|byte| *byte != 0) {
        bail!("this is no log of writes: QEMU has changed its format");
    }
    let mut acts = Vec::new();
    // The last entry may be cut short by the end of the machine: it was never answered.
    while let Some((entry, after)) = rest.split_at_checked(SECTOR) {
        let field = |index| number(entry, index).context("an entry has four numbers");
        let (sector, sectors, flags) = (field(0)?, field(1)?, field(2)?);
        if flags & DISCARD != 0 {
            bail!("the guest has discarded: the machine is set up not to offer that");
        }
        let bytes = |sectors: u64| usize::try_from(sectors).ok().and_then(|n| n.checked_mul(SECTOR));
        let (at, length) = bytes(sector).zip(bytes(sectors)).context("an entry beyond any disk")?;
        let Some((data, next)) = after.split_at_checked(length) else { break };
        // A flush that carries data comes first (FUA and PREFLUSH of the block layer).
        if flags & FLUSH != 0 {
            acts.push(Act::Flush);
        }
        if !data.is_empty() {
            acts.push(Act::Write { at, data });
        }
        rest = next;
    }
    Ok(acts)
}

fn number(sector: &[u8], index: usize) -> Option<u64> {
    let bytes = sector.get(index * 8..index * 8 + 8)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log of entries: place, flags, data in whole sectors.
    fn log(entries: &[(u64, u64, u8, usize)]) -> Vec<u8> {
        let mut log = vec![0; SECTOR];
        log[..8].copy_from_slice(&MAGIC.to_le_bytes());
        for (sector, flags, fill, sectors) in entries {
            let mut entry = vec![0; SECTOR];
            for (index, value) in [*sector, *sectors as u64, *flags].iter().enumerate() {
                entry[index * 8..index * 8 + 8].copy_from_slice(&value.to_le_bytes());
            }
            log.extend(entry);
            log.extend(vec![*fill; sectors * SECTOR]);
        }
        log
    }

    fn fills(disk: &[u8]) -> Vec<u8> {
        disk.chunks(SECTOR).map(|sector| sector[0]).collect()
    }

    #[test]
    fn what_was_flushed_stays_and_a_coin_falls_for_the_rest() {
        let log = log(&[(0, 0, 1, 2), (1, 0, 2, 1), (0, FLUSH, 0, 0), (2, 0, 3, 1), (3, 0, 4, 1)]);
        let outcomes: std::collections::BTreeSet<_> = (0..50)
            .map(|seed| {
                let mut disk = vec![0; 4 * SECTOR];
                replay(&log, &mut disk, &mut Dice::new(seed)).unwrap();
                fills(&disk)
            })
            .collect();
        assert_eq!(
            outcomes.into_iter().collect::<Vec<_>>(),
            [vec![1, 2, 0, 0], vec![1, 2, 0, 4], vec![1, 2, 3, 0], vec![1, 2, 3, 4]],
            "also the later write without the earlier one"
        );
    }

    #[test]
    fn without_a_flush_nothing_is_sure() {
        let mut log = log(&[(0, 0, 1, 1)]);
        log[..SECTOR].fill(0);
        let kept = |seed| {
            let mut disk = vec![0; SECTOR];
            replay(&log, &mut disk, &mut Dice::new(seed)).unwrap();
            fills(&disk) == [1]
        };
        let kept = (0..50).filter(|seed| kept(*seed)).count();
        assert!((1..50).contains(&kept), "{kept}");
    }

    #[test]
    fn an_entry_that_the_cut_has_shortened_is_none() {
        let whole = log(&[(0, 0, 1, 1), (0, FLUSH, 0, 0), (1, 0, 2, 1)]);
        for cut in 1..SECTOR * 2 {
            let mut disk = vec![0; 2 * SECTOR];
            replay(&whole[..whole.len() - cut], &mut disk, &mut Dice::new(1)).unwrap();
            assert_eq!(fills(&disk), [1, 0]);
        }
    }

    #[test]
    fn what_is_no_log_is_named() {
        let mut dice = Dice::new(1);
        assert!(replay(&[], &mut [], &mut dice).is_err());
        assert!(replay(&[7; 4 * SECTOR], &mut [], &mut dice).is_err());
        assert!(replay(&log(&[(9, 0, 1, 1), (0, FLUSH, 0, 0)]), &mut [0; SECTOR], &mut dice).is_err());
        assert!(replay(&log(&[(u64::MAX, 0, 1, 1)]), &mut [0; SECTOR], &mut dice).is_err());
        assert!(replay(&log(&[(0, DISCARD, 0, 0)]), &mut [0; SECTOR], &mut dice).is_err());
    }
}
