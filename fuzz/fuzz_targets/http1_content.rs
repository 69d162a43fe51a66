#![no_main]

use hoshimori_wire::app::http1::{Challenge, MAX_CONTENT, ResponseDecoder};
use hoshimori_wire::app::text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for coding in ["gzip", "deflate"] {
        let mut decoder = ResponseDecoder::for_method("GET");
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n");
        if decoder.push(head.as_bytes()).and_then(|_| decoder.push(bytes)).is_ok() {
            assert!(decoder.finish().map_or(0, |answer| answer.content().len()) <= MAX_CONTENT);
        }
    }
    Challenge::read_all(&text::decode(bytes, 4_096));
});
