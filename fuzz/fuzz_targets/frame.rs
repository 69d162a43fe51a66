#![no_main]

use hoshimori_wire::Reader;
use hoshimori_wire::link::{arp, ethernet};
use hoshimori_wire::net::{icmpv4, icmpv6, ipv4, ipv6};
use hoshimori_wire::transport::{tcp, udp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = Reader::new("frame", bytes);
    let _ = ethernet::Header::decode(&mut reader);
    let _ = arp::Packet::decode(&mut reader.clone());
    if let Ok((_, payload)) = ipv4::Header::decode(&mut reader.clone()) {
        let _ = icmpv4::Message::decode(&mut payload.clone());
        let _ = tcp::Header::decode(&mut payload.clone());
        let _ = udp::Header::decode(&mut payload.clone());
    }
    if let Ok((_, payload)) = ipv6::Header::decode(&mut reader) {
        let _ = icmpv6::Message::decode(&mut payload.clone());
        let _ = tcp::Header::decode(&mut payload.clone());
    }
});
