//! HTTP/1.1 as bytes (RFC 9112): requests exactly as given, responses as sloppy as they come.
//!
//! Client libraries normalise methods, targets and fields; what a server does with unusual ones
//! is what we want to know, so nothing is normalised here.

mod body;
mod challenge;
mod content;
mod head;
mod request;
mod response;

pub use challenge::{Challenge, MAX_CHALLENGES};
pub use content::MAX_CONTENT;
pub use head::{Head, MAX_FIELDS, MAX_HEAD};
pub use request::{InvalidRequest, Request};
pub use response::{KEPT_BODY, MAX_INTERIM, Progress, Response, ResponseDecoder};
