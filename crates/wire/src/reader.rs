use crate::error::{DecodeError, DecodeErrorKind};

/// The only way in which our own codecs look at bytes: every read can fail, none can panic.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    what: &'static str,
    rest: &'a [u8],
    offset: usize,
    /// Whether a stated length ends the input, so that no further byte can arrive.
    is_inside_field: bool,
}

impl<'a> Reader<'a> {
    /// A reader over `bytes` as received so far; errors say that `what` failed.
    pub fn new(what: &'static str, bytes: &'a [u8]) -> Self {
        Self { what, rest: bytes, offset: 0, is_inside_field: false }
    }

    /// A reader over `bytes` to which no further byte belongs, so that their end is final.
    pub fn whole(what: &'static str, bytes: &'a [u8]) -> Self {
        Self { what, rest: bytes, offset: 0, is_inside_field: true }
    }

    /// Bytes read so far, counted from the start of the outermost input.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(|| self.ends_early())?;
        self.rest = rest;
        self.offset += count;
        Ok(taken)
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or_else(|| self.ends_early())?;
        self.rest = rest;
        self.offset += N;
        Ok(*taken)
    }

    /// The next byte.
    pub fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array().map(u8::from_be_bytes)
    }

    /// The next two bytes in network order.
    pub fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_be_bytes)
    }

    /// The next four bytes in network order.
    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_be_bytes)
    }

    /// The next two bytes, the low one first.
    pub fn u16_le(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_le_bytes)
    }

    /// The next four bytes, the low one first.
    pub fn u32_le(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_le_bytes)
    }

    /// The next eight bytes, the low one first.
    pub fn u64_le(&mut self) -> Result<u64, DecodeError> {
        self.array().map(u64::from_le_bytes)
    }

    /// A length of four bytes in network order, which must be at most `limit`.
    pub fn length32(&mut self, limit: usize) -> Result<usize, DecodeError> {
        let at = self.offset;
        let stated = self.u32()?;
        usize::try_from(stated)
            .ok()
            .filter(|length| *length <= limit)
            .ok_or(DecodeError::too_long(self.what, at, limit))
    }

    /// A reader over the next `count` bytes, which no read through it can leave.
    pub fn field(&mut self, what: &'static str, count: usize) -> Result<Self, DecodeError> {
        let offset = self.offset;
        Ok(Self { what, rest: self.take(count)?, offset, is_inside_field: true })
    }

    /// The next line without its line feed and the carriage return before it.
    ///
    /// A line of more than `limit` bytes is refused, whether or not its end is in sight.
    pub fn line(&mut self, limit: usize) -> Result<&'a [u8], DecodeError> {
        let at = self.offset;
        let in_reach = self.rest.get(..=limit).unwrap_or(self.rest);
        let Some(length) = in_reach.iter().position(|byte| *byte == b'\n') else {
            let is_over = self.rest.len() > limit;
            let over = DecodeError::too_long(self.what, at, limit);
            return Err(if is_over { over } else { self.ends_early() });
        };
        let line = self.take(length)?;
        self.take(1)?;
        Ok(line.strip_suffix(b"\r").unwrap_or(line))
    }

    /// All bytes that are left.
    pub fn rest(&mut self) -> &'a [u8] {
        self.offset += self.rest.len();
        std::mem::take(&mut self.rest)
    }

    /// Refuses bytes that are left over.
    pub fn finish(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(DecodeError { what: self.what, offset: self.offset, kind: DecodeErrorKind::Leftover })
    }

    /// An error at the present position.
    pub fn invalid(&self, reason: &'static str) -> DecodeError {
        DecodeError::invalid(self.what, self.offset, reason)
    }

    fn ends_early(&self) -> DecodeError {
        let kind = if self.is_inside_field {
            DecodeErrorKind::Overrun
        } else {
            DecodeErrorKind::Incomplete
        };
        DecodeError { what: self.what, offset: self.offset + self.rest.len(), kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_in_network_order_and_counts_the_offset() {
        let mut reader = Reader::new("test", &[1, 0, 2, 0, 0, 0, 3, 9]);
        assert_eq!((reader.u8(), reader.u16(), reader.u32()), (Ok(1), Ok(2), Ok(3)));
        assert_eq!((reader.offset(), reader.remaining()), (7, 1));
        assert_eq!(reader.finish().unwrap_err().kind, DecodeErrorKind::Leftover);
    }

    #[test]
    fn reads_numbers_with_the_low_byte_first() {
        let mut reader = Reader::new("test", &[1, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!((reader.u16_le(), reader.u32_le(), reader.u64_le()), (Ok(1), Ok(2), Ok(3)));
    }

    #[test]
    fn the_end_of_whole_bytes_is_final() {
        let error = Reader::whole("test", &[1]).u16().unwrap_err();
        assert_eq!(error.kind, DecodeErrorKind::Overrun);
    }

    #[test]
    fn a_failed_read_takes_nothing() {
        let mut reader = Reader::new("test", &[1, 2, 3]);
        assert!(reader.u32().unwrap_err().is_incomplete());
        assert_eq!(reader.take(3), Ok(&[1, 2, 3][..]));
    }

    #[test]
    fn a_field_cannot_be_left_and_its_end_is_final() {
        let mut reader = Reader::new("outer", &[7, 8, 9]);
        let mut field = reader.field("inner", 2).unwrap();
        assert_eq!(field.u8(), Ok(7));
        let error = field.u16().unwrap_err();
        assert_eq!((error.what, error.offset), ("inner", 2));
        assert_eq!(error.kind, DecodeErrorKind::Overrun);
        assert_eq!(reader.u8(), Ok(9));
    }

    #[test]
    fn lines_end_with_or_without_a_carriage_return() {
        let mut reader = Reader::new("test", b"one\r\ntwo\nthr");
        assert_eq!(reader.line(8), Ok(&b"one"[..]));
        assert_eq!(reader.line(8), Ok(&b"two"[..]));
        assert!(reader.line(8).unwrap_err().is_incomplete());
        assert!(reader.line(2).unwrap_err().is_too_long());
    }

    #[test]
    fn a_stated_length_over_the_limit_is_refused() {
        let error = Reader::new("test", &[0, 0, 1, 0]).length32(255).unwrap_err();
        assert_eq!(error.kind, DecodeErrorKind::TooLong { limit: 255 });
    }
}
