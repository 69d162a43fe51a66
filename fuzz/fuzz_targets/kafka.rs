#![no_main]

use hoshimori_wire::app::kafka;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = kafka::decode_api_versions(bytes, 7);
    let _ = kafka::decode_brokers(bytes, 7);
});
