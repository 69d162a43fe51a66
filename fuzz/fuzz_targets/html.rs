#![no_main]

use hoshimori_wire::app::html::{MAX_WORDS, Page};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let page = Page::read(bytes, None);
    assert!(page.title.is_none_or(|title| title.chars().count() <= MAX_WORDS));
});
