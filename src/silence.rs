//! What the process promises of its own memory, whoever runs it: it is never written into a core dump, and no other
//! process of the same user can look into it. That freed memory is wiped is the binary's allocator
//! (`docs/decisions/0008-wiped-memory.md`); that the machine does not swap is the unit's.

use nix::sys::prctl::set_dumpable;
use nix::sys::resource::{Resource, setrlimit};

/// Makes the promise. Called before the first resident's data can be there.
pub fn keep() -> Result<(), nix::Error> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    set_dumpable(false)
}
