//! What the embedded edition says, and what a replacement edition may not.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise of its helpers")]

mod catalogue;
mod edition_files;
mod grading;
mod hostile;
mod refusals;
mod seed;
