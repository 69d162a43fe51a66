#![no_main]

use hoshimori_wire::app::p2p::{
    bittorrent, dht, direct_connect, edonkey, gnutella, kad, soulseek, utp, winmx, winny,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((opening, used)) = winny::Opening::decode(bytes) {
        let _ = opening.header(&bytes[used..]);
    }
    let _ = bittorrent::Handshake::decode(bytes).map(|(handshake, _)| handshake.client());
    let _ = dht::Ping { transaction: *b"h1x9", id: [b'a'; 20] }.answer(bytes);
    let _ = utp::Syn { connection_id: 1, seq_nr: 2 }.read_acknowledgement(bytes);
    let _ = edonkey::HelloAnswer::decode(bytes);
    let _ = winmx::read_greeting(bytes);
    let _ = kad::read_pong(4_672, bytes);
    let _ = gnutella::Answer::decode(bytes);
    let _ = soulseek::TransferRequest { token: 7, file: "h7" }.answer(bytes);
    let _ = direct_connect::Lock::decode(bytes);
    let _ = direct_connect::read_features(bytes);
    let _ = direct_connect::read_hub_features(bytes);
});
