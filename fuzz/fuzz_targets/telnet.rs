#![no_main]

use hoshimori_wire::app::telnet::{self, Piece};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = telnet::first_negotiation(bytes);
    let mut rest = bytes;
    while let Ok((piece, used)) = Piece::decode(rest) {
        let _ = piece.refusal();
        rest = &rest[used..];
    }
});
