#![no_main]

use hoshimori_wire::app::amqp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = amqp::Opening::decode(bytes);
});
