//! What the tests of the binary have in common.

pub(crate) mod journal;
pub(crate) mod mask;
pub(crate) mod office;
pub(crate) mod program;
pub(crate) mod schema;
