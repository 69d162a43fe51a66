#![no_main]

use hoshimori_wire::app::http_url::HttpUrl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(url) = HttpUrl::parse(text) {
        assert_eq!(HttpUrl::parse(&url.to_string()), Some(url));
    }
});
