#![no_main]

use hoshimori_wire::app::mysqlx;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = mysqlx::Message::decode(bytes);
});
