#![no_main]

use hoshimori_fingerprint::{Pack, Packs};
use hoshimori_inspection::evidence::{Clue, ClueSource};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(pack) = Pack::from_toml("fuzz", &[("fuzz.toml", bytes)]) {
        let text = String::from_utf8_lossy(bytes);
        let clue = Clue::new(ClueSource::HttpServer, &text);
        let _ = Packs::from(vec![pack]).read(&clue);
    }
});
