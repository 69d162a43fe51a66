#![no_main]

use hoshimori_wire::app::status_message::Response;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for protocol in ["RTSP/1.0", "SIP/2.0"] {
        let _ = Response::decode(protocol, bytes).map(|(response, _)| response.status);
    }
});
