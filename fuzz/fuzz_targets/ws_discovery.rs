#![no_main]

use hoshimori_wire::app::ws_discovery;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = ws_discovery::answers(&ws_discovery::probe(7, ws_discovery::Kind::Any), bytes);
    let (question, answer) = bytes.split_at(bytes.len() / 2);
    let _ = ws_discovery::answers(question, answer);
    let _ = ws_discovery::Matches::decode(bytes);
});
