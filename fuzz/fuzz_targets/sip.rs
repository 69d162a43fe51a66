#![no_main]

use std::net::{Ipv4Addr, SocketAddr};

use hoshimori_wire::app::sip::{self, Options};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 5060));
    let _ = sip::answers(&Options { peer, own: peer, token: "h" }.to_bytes(), bytes);
    let (question, answer) = bytes.split_at(bytes.len() / 2);
    let _ = sip::answers(question, answer);
    let _ = sip::program(bytes);
});
