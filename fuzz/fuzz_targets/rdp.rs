#![no_main]

use hoshimori_wire::app::rdp::credssp::TsRequest;
use hoshimori_wire::app::rdp::{Negotiation, conference};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Negotiation::decode(bytes);
    let _ = TsRequest::decode(bytes);
    let _ = conference::decode_response(bytes);
});
