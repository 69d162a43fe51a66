#![no_main]

use hoshimori_wire::app::snmp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = snmp::answers(&snmp::discovery(7), bytes);
    let (question, answer) = bytes.split_at(bytes.len() / 2);
    let _ = snmp::answers(question, answer);
    let _ = snmp::EngineId::decode(bytes);
});
