#![no_main]

use hoshimori_wire::app::kerberos::Refusal;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Refusal::decode(bytes);
});
