#![no_main]

use hoshimori_wire::app::ntlmssp::Challenge;
use hoshimori_wire::app::spnego;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = spnego::response_token(bytes).and_then(Challenge::decode);
    let _ = Challenge::decode(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Challenge::from_www_authenticate(text);
    }
});
