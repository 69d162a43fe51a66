#![no_main]

use hoshimori_wire::app::memcached;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = memcached::answers(&memcached::version_request(7), bytes);
    let (question, answer) = bytes.split_at(bytes.len() / 2);
    let _ = memcached::answers(question, answer);
    let _ = memcached::version(bytes);
});
