#![no_main]

use std::net::Ipv4Addr;

use hoshimori_wire::app::dhcp::{self, Inform};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let inform = Inform { id: 7, own: Ipv4Addr::LOCALHOST, hardware: [2; 6] };
    let _ = dhcp::answers(&inform.to_bytes(), bytes);
    let (question, answer) = bytes.split_at(bytes.len() / 2);
    let _ = dhcp::answers(question, answer);
    let _ = dhcp::Settings::decode(bytes);
});
