#![no_main]

use hoshimori_wire::app::irc::Message;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Message::decode(bytes).map(|(message, _)| message.is_of_server("h"));
});
