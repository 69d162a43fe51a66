//! Who made a network interface, by IEEE's register of hardware addresses.
//!
//! IEEE sells blocks of addresses in three sizes; the first digits of an address tell its block:
//!
//! | registry      | digits | addresses  |
//! |---------------|--------|------------|
//! | MA-L          | 6      | 16,777,216 |
//! | MA-M          | 7      | 1,048,576  |
//! | MA-S, and IAB before it | 9 | 4,096  |
//!
//! The register is embedded as it was on the day [`as_of`], as text in the order of its prefixes:
//! one search halves it until the row is found, and nothing is read or built before that. An
//! address that is in no block is [`Unassigned`](Assignment::Unassigned) on that day and may be
//! assigned since.
//!
//! ```
//! use hoshimori_oui::{Assignment, vendor};
//!
//! assert_eq!(vendor([0x00, 0xa0, 0xde, 0x01, 0x02, 0x03]), Some("YAMAHA CORPORATION"));
//! // A telephone that makes up another address for each network.
//! assert_eq!(vendor([0xda, 0xa1, 0x19, 0x01, 0x02, 0x03]), None);
//! let made_up = Assignment::of([0xda, 0xa1, 0x19, 0x01, 0x02, 0x03]);
//! assert_eq!(made_up, Assignment::LocallyAdministered);
//! ```

#![forbid(unsafe_code)]

mod assignment;
mod register;

pub use assignment::{Assignment, vendor};
pub use register::as_of;
