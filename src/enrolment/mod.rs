//! How this terminal comes by its certificate and keeps it (终端注册): `identity` makes keys and keeps them on the disk, `enrol`
//! asks central with a technician's claim code (`claim`), `renewal` renews over the old one. Knows nothing of what is said over the
//! line afterwards.

mod claim;
mod enrol;
mod identity;
mod renewal;

pub use claim::{Asking, Claim, KEYS};
pub use enrol::{EnrolFault, Enrolled, enrol};
pub use identity::{Identity, IdentityFault, NewKey};
pub use renewal::tend;
