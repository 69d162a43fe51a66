#![no_main]

use hoshimori_wire::app::dns_service::Announcement;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Announcement::decode(bytes);
});
