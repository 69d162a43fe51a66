#![no_main]

use hoshimori_wire::app::msrpc::Answer;
use hoshimori_wire::app::msrpc::endpoint_map::Found;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((Answer::Piece { stub, .. }, _)) = Answer::decode(bytes, 7) {
        let _ = Found::decode(&stub);
    }
    if let Ok(found) = Found::decode(bytes) {
        for entry in found.entries {
            let _ = entry.to_string();
        }
    }
});
