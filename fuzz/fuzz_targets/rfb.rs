#![no_main]

use hoshimori_wire::app::rfb::{self, Dialect, nested};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = rfb::Version::decode(bytes);
    for dialect in [Dialect::V3_3, Dialect::V3_8] {
        let _ = rfb::Security::decode(dialect, bytes);
    }
    let _ = rfb::decode_result(bytes);
    let _ = rfb::Desktop::decode(bytes);
    let _ = nested::vencrypt_types(bytes);
    let _ = nested::tight_tunnels(bytes);
});
