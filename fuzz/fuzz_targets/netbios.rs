#![no_main]

use hoshimori_wire::app::netbios::NodeStatus;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(status) = NodeStatus::decode(bytes) {
        for entry in &status.names {
            assert!(!entry.to_text().chars().any(char::is_control));
        }
    }
});
