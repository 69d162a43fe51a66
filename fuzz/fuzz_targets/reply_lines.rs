#![no_main]

use hoshimori_wire::app::reply_lines::Reply;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Reply::decode(bytes);
});
