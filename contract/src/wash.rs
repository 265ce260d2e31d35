//! What a thread that rests still remembers: frames that it returned from, and vector registers. Neither is memory that
//! anybody frees, so nothing else wipes it.
//!
//! Copying a name, a number or a photo leaves pieces of it in vector registers; whatever saves those (a signal, the dynamic
//! linker at the first call of a function) saves them on a stack, and there they stay until a call as deep overwrites
//! them. A search of the whole memory found pieces of a chip's photo and half of an ID number so (measured where memory is
//! copied by AVX-512).

use std::hint::black_box;

/// Bytes below the caller's frame: deeper than any call that a visit makes on a thread that goes on (measured in a build
/// without optimisation).
const DEPTH: usize = 256 * 1024;
/// As much as goes through every register that copies memory.
const REGISTERS: usize = 1024;

/// Overwrites what this thread's stack and registers remember of calls that are over. Called by a thread before it rests:
/// about ten microseconds.
pub fn wash() {
    wash_stack();
    drop(black_box(black_box([0_u8; REGISTERS]).to_vec()));
}

/// Does something and washes what it leaves: for work that takes a thread for itself, which ends or is given back after it.
pub fn washed<T>(work: impl FnOnce() -> T) -> T {
    let done = work();
    wash();
    done
}

#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "the stack is what is overwritten")]
fn wash_stack() {
    // Borrowed as if it were changed: a constant would be laid beside the program instead.
    let mut zeros = [0_u8; DEPTH];
    black_box(&mut zeros);
}
