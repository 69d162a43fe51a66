/// Why bytes could not be decoded, and where.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{what} at byte {offset}: {kind}")]
pub struct DecodeError {
    /// What was being decoded.
    pub what: &'static str,
    /// Offset from the start of the input.
    pub offset: usize,
    /// What was wrong.
    pub kind: DecodeErrorKind,
}

/// What was wrong with the bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The input ends before the value does; more bytes may complete it.
    #[error("the input ends early")]
    Incomplete,
    /// A field needs more bytes than the length stated around it.
    #[error("a field runs over its stated length")]
    Overrun,
    /// The value is complete and bytes remain.
    #[error("bytes are left over")]
    Leftover,
    /// A length or count is over the limit that we accept.
    #[error("over the limit of {limit}")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// The bytes are not what the specification allows there.
    #[error("{reason}")]
    Invalid {
        /// What the specification asks for.
        reason: &'static str,
    },
}

impl DecodeError {
    /// Whether the same decoder may succeed once more bytes have arrived.
    pub fn is_incomplete(&self) -> bool {
        self.kind == DecodeErrorKind::Incomplete
    }

    /// Whether the peer sent more than we accept.
    pub fn is_too_long(&self) -> bool {
        matches!(self.kind, DecodeErrorKind::TooLong { .. })
    }

    /// A failure at `offset` that the specification named by `reason` forbids.
    pub(crate) fn invalid(what: &'static str, offset: usize, reason: &'static str) -> Self {
        Self { what, offset, kind: DecodeErrorKind::Invalid { reason } }
    }

    /// A length or count at `offset` that is over `limit`.
    pub(crate) fn too_long(what: &'static str, offset: usize, limit: usize) -> Self {
        Self { what, offset, kind: DecodeErrorKind::TooLong { limit } }
    }

    /// An input of `length` bytes that ends before the value does.
    pub(crate) fn incomplete(what: &'static str, length: usize) -> Self {
        Self { what, offset: length, kind: DecodeErrorKind::Incomplete }
    }
}
