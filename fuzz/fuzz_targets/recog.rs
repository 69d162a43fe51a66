#![no_main]

use hoshimori_fingerprint::{Packs, recog};
use hoshimori_inspection::evidence::{Clue, ClueSource};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(pack) = recog::import("fuzz", &[("telnet_banners.xml", bytes)]) {
        let text = String::from_utf8_lossy(bytes);
        let clue = Clue::new(ClueSource::TelnetBanner, &text);
        let _ = Packs::from(vec![pack]).read(&clue);
    }
});
