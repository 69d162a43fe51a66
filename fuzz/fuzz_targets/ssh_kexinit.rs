#![no_main]

use hoshimori_wire::app::ssh_kexinit::KexInit;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = KexInit::decode(bytes);
});
