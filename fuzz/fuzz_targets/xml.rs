#![no_main]

use hoshimori_wire::app::xml::Document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Document::decode(bytes);
});
