#![no_main]

use hoshimori_wire::app::http1::{KEPT_BODY, ResponseDecoder};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut decoder = ResponseDecoder::for_method("GET");
    if bytes.chunks(61).try_for_each(|part| decoder.push(part).map(drop)).is_ok() {
        assert!(decoder.finish().map_or(0, |response| response.body.len()) <= KEPT_BODY);
    }
});
