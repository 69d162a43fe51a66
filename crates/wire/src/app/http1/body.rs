use super::head::Head;

/// The longest line of chunked coding: ours; a size has 16 digits, extensions are rare.
const MAX_CHUNK_LINE: usize = 4_096;

/// How the end of a body is found (RFC 9112 section 6.3).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Framing {
    /// There is none.
    Empty,
    /// After as many more bytes.
    Length(u64),
    /// After a chunk of size zero.
    Chunked(Chunk),
    /// When the connection is closed.
    UntilClose,
}

/// Where in chunked coding (RFC 9112 section 7.1) the next byte stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Chunk {
    /// In the line that tells the size.
    Size(Vec<u8>),
    /// In the data, as many bytes before its end.
    Data(u64),
    /// In the line end after the data.
    AfterData,
}

impl Framing {
    /// The framing of the body behind `head`, the answer to `method`.
    pub(super) fn of(head: &Head, method: &str) -> Self {
        let is_chunked = head
            .field("Transfer-Encoding")
            .is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
        let length = head.field("Content-Length").and_then(|value| value.parse().ok());
        let is_tunnel = method == "CONNECT" && (200..300).contains(&head.status);
        match (is_chunked, length) {
            _ if method == "HEAD" || matches!(head.status, 101 | 204 | 304) => Self::Empty,
            (true, _) => Self::Chunked(Chunk::Size(Vec::new())),
            (false, Some(0)) => Self::Empty,
            (false, Some(length)) => Self::Length(length),
            // RFC 9110 section 9.3.6 forbids both fields in the head that opens a tunnel. With
            // them the server has answered a page, and the page is read above.
            (false, None) if is_tunnel => Self::Empty,
            (false, None) => Self::UntilClose,
        }
    }
}

/// Takes a body apart as it arrives and keeps its beginning.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Body {
    framing: Framing,
    limit: usize,
    pub(super) kept: Vec<u8>,
    /// Whether bytes of the body were dropped because enough are kept, or its coding is wrong.
    pub(super) is_cut: bool,
}

impl Body {
    /// A body of which at most `limit` bytes are kept.
    pub(super) fn new(framing: Framing, limit: usize) -> Self {
        Self { framing, limit, kept: Vec::new(), is_cut: false }
    }

    /// Whether no more bytes are wanted.
    pub(super) fn is_done(&self) -> bool {
        self.is_cut || self.framing == Framing::Empty
    }

    /// Whether a closed connection is the proper end.
    pub(super) fn ends_with_connection(&self) -> bool {
        self.framing == Framing::UntilClose
    }

    /// Takes bytes of the body and gives back those after its end.
    pub(super) fn push<'a>(&mut self, mut bytes: &'a [u8]) -> &'a [u8] {
        while !self.is_done() && !bytes.is_empty() {
            bytes = match std::mem::replace(&mut self.framing, Framing::Empty) {
                Framing::Empty => return bytes,
                Framing::UntilClose => {
                    self.framing = Framing::UntilClose;
                    self.keep(bytes);
                    &[]
                }
                Framing::Length(left) => {
                    let (data, rest) = split(bytes, left);
                    let left = left.saturating_sub(count(data));
                    self.framing = if left == 0 { Framing::Empty } else { Framing::Length(left) };
                    self.keep(data);
                    rest
                }
                Framing::Chunked(chunk) => self.push_chunked(chunk, bytes),
            };
        }
        bytes
    }

    fn push_chunked<'a>(&mut self, chunk: Chunk, bytes: &'a [u8]) -> &'a [u8] {
        match chunk {
            Chunk::Data(left) => {
                let (data, rest) = split(bytes, left);
                let left = left.saturating_sub(count(data));
                let next = if left == 0 { Chunk::AfterData } else { Chunk::Data(left) };
                self.framing = Framing::Chunked(next);
                self.keep(data);
                rest
            }
            Chunk::AfterData => {
                let (byte, rest) = bytes.split_first().unwrap_or((&b'\n', &[]));
                let next = match byte {
                    b'\n' => Chunk::Size(Vec::new()),
                    _ => Chunk::AfterData,
                };
                self.framing = Framing::Chunked(next);
                rest
            }
            Chunk::Size(mut line) => {
                let end = bytes.iter().position(|byte| *byte == b'\n');
                let (part, rest) = split(bytes, end.map_or(u64::MAX, |end| end as u64 + 1));
                line.extend_from_slice(part);
                self.framing = match (end, chunk_size(&line)) {
                    (None, _) if line.len() <= MAX_CHUNK_LINE => {
                        Framing::Chunked(Chunk::Size(line))
                    }
                    (None, _) | (Some(_), None) => {
                        self.is_cut = true;
                        Framing::Empty
                    }
                    // Trailer fields may follow; the connection is closed behind them.
                    (Some(_), Some(0)) => Framing::Empty,
                    (Some(_), Some(size)) => Framing::Chunked(Chunk::Data(size)),
                };
                rest
            }
        }
    }

    fn keep(&mut self, data: &[u8]) {
        let room = self.limit.saturating_sub(self.kept.len());
        self.kept.extend(data.iter().take(room));
        self.is_cut |= data.len() > room;
    }
}

/// The size at the beginning of a chunk's first line; extensions behind it are ignored.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(line).ok()?;
    let digits = text.split(|character: char| !character.is_ascii_hexdigit()).next()?;
    u64::from_str_radix(digits, 16).ok()
}

/// `bytes` split at `length` or at their end.
fn split(bytes: &[u8], length: u64) -> (&[u8], &[u8]) {
    let at = usize::try_from(length).unwrap_or(usize::MAX).min(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

fn count(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}
