//! What a web server tells about the software or device behind it.
//!
//! The answer to `GET /` has most of it: [`Sight`] reads one answer. [`look`] makes a few more
//! requests where that answer leads on: to a login page, to the icon, to the version of an API.

mod apis;
mod document;
mod fields;
mod icon;
mod look;
mod murmur3;
mod place;
mod sight;

pub(super) use look::Look;
pub(super) use sight::Sight;
