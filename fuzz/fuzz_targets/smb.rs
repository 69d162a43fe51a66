#![no_main]

use hoshimori_wire::app::smb::smb1::{self, Tag};
use hoshimori_wire::app::smb::{session, smb2};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let tag = Tag { process: 0x7c14, number: 0x5c11 };
    let _ = session::Reply::decode(bytes);
    let _ = smb2::Negotiated::decode(bytes);
    let _ = smb2::SessionSetup::decode(bytes);
    let _ = smb1::Negotiated::decode(bytes, tag);
    let _ = smb1::SessionSetup::decode(bytes, tag);
});
