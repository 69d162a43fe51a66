#![no_main]

use hoshimori_wire::app::tls_records::FlightDecoder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut decoder = FlightDecoder::default();
    let _ = bytes.chunks(61).try_for_each(|part| decoder.push(part).map(drop));
});
