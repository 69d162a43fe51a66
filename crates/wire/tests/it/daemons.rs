//! Remote control, mailboxes, Unix services, proxies and media: samples whole, cut, changed and
//! shown to the wrong decoder.

use hoshimori_wire::DecodeError;
use hoshimori_wire::app::rfb::{self, Dialect, nested};
use hoshimori_wire::app::{
    adb, ident, imap, irc, jdwp, onc_rpc, pop3, rsync, smart_install, socks, status_message,
    telnet, x11,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::fixture;

type Decode = fn(&[u8]) -> Result<usize, DecodeError>;

fn used<T>(decoded: Result<(T, usize), DecodeError>) -> Result<usize, DecodeError> {
    decoded.map(|(_, used)| used)
}

/// What servers say, and who reads it.
const SAMPLES: [(&str, &[u8], Decode); 22] = [
    ("rfb version", fixture!("daemons/tigervnc_version.txt"), |it| used(rfb::Version::decode(it))),
    ("rfb security", fixture!("daemons/tigervnc_security.bin"), |it| {
        used(rfb::Security::decode(Dialect::V3_8, it))
    }),
    ("rfb desktop", fixture!("daemons/tigervnc_desktop.bin"), |it| used(rfb::Desktop::decode(it))),
    ("vencrypt", fixture!("daemons/tigervnc_vencrypt.bin"), |it| used(nested::vencrypt_types(it))),
    ("tight", fixture!("daemons/tight_types.bin"), |it| used(nested::tight_types(it))),
    ("x11", fixture!("daemons/xvfb_open.bin"), |it| used(x11::Answer::decode(it))),
    ("x11", fixture!("daemons/xvfb_refused.bin"), |it| used(x11::Answer::decode(it))),
    ("adb", fixture!("daemons/adb_open.bin"), |it| used(adb::Answer::decode(it))),
    ("jdwp", fixture!("daemons/openjdk_version.bin"), |it| used(jdwp::Version::decode(it))),
    ("irc", fixture!("daemons/ngircd_cap.txt"), |it| used(irc::Message::decode(it))),
    ("smart install", fixture!("daemons/smart_install.bin"), |it| {
        used(smart_install::decode_answer(it))
    }),
    ("imap greeting", fixture!("daemons/dovecot_imap_greeting.txt"), |it| {
        used(imap::Greeting::decode(it))
    }),
    ("imap", fixture!("daemons/dovecot_imap.txt"), |it| used(imap::Answer::decode("h01", it))),
    ("pop3 greeting", fixture!("daemons/dovecot_pop3_greeting.txt"), |it| {
        used(pop3::Status::decode(it))
    }),
    ("pop3", fixture!("daemons/dovecot_pop3.txt"), |it| used(pop3::decode_capabilities(it))),
    ("rsync greeting", fixture!("daemons/rsync_greeting.txt"), |it| {
        used(rsync::decode_greeting(it))
    }),
    ("rsync", fixture!("daemons/rsync_list.txt"), |it| used(rsync::Answer::decode(it))),
    ("onc rpc", fixture!("daemons/rpcbind_dump.bin"), |it| used(onc_rpc::Reply::decode(it))),
    ("ident", fixture!("daemons/ident.txt"), |it| used(ident::Answer::decode(it))),
    ("socks 5", fixture!("daemons/microsocks_reply.bin"), |it| used(socks::decode_reply5(it))),
    ("socks 4", fixture!("daemons/socks4_rejected.bin"), |it| used(socks::Reply4::decode(it))),
    ("rtsp", fixture!("daemons/rtsp_options.txt"), |it| {
        used(status_message::Response::decode("RTSP/1.0", it))
    }),
];

/// Samples so short and plain that a neighbour may read them as its own: each of them is only
/// asked for where the dialogue before it has proved the protocol.
const PLAIN: [&str; 5] = ["rfb security", "rfb desktop", "vencrypt", "tight", "socks 4"];

#[test]
fn samples_are_read_to_their_end() {
    for (name, sample, decode) in SAMPLES {
        assert_eq!(decode(sample), Ok(sample.len()), "{name}");
    }
    let negotiation = fixture!("daemons/telnetd_negotiation.bin");
    assert_eq!(telnet::first_negotiation(negotiation), Ok((telnet::Piece::Will(37), 3)));
}

#[test]
fn cut_samples_are_incomplete() {
    for (name, sample, decode) in SAMPLES {
        for length in 0..sample.len() {
            let cut = decode(&sample[..length]);
            assert!(cut.is_err_and(|error| error.is_incomplete()), "{name} of {length}");
        }
    }
}

#[test]
fn the_words_of_one_protocol_are_none_of_another() {
    for (asked, _, decode) in SAMPLES.iter().filter(|it| !PLAIN.contains(&it.0)) {
        for (heard, sample, _) in SAMPLES.iter().filter(|it| !PLAIN.contains(&it.0)) {
            let family = |name: &str| name.split(' ').next().unwrap().to_owned();
            let is_other = family(asked) != family(heard);
            assert!(!(is_other && decode(sample).is_ok()), "{asked} heard {heard}");
        }
    }
}

#[test]
fn what_daemons_told_is_understood() {
    let (answer, _) = x11::Answer::decode(fixture!("daemons/xvfb_open.bin")).unwrap();
    let x11::Answer::Success { vendor, release } = answer else { panic!("{answer:?}") };
    assert_eq!((vendor.as_str(), release), ("The X.Org Foundation", 12_101_007));
    let (answer, _) = x11::Answer::decode(fixture!("daemons/xvfb_refused.bin")).unwrap();
    assert!(matches!(answer, x11::Answer::Failed(reason) if reason.contains("uthorization")));
    let (version, _) = jdwp::Version::decode(fixture!("daemons/openjdk_version.bin")).unwrap();
    assert_eq!((version.id, version.version.as_str()), (7, "17.0.15"));
    let (reply, _) = onc_rpc::Reply::decode(fixture!("daemons/rpcbind_dump.bin")).unwrap();
    let onc_rpc::Outcome::Success(results) = reply.outcome else { panic!("{reply:?}") };
    assert_eq!(onc_rpc::Mapping::list(&results).unwrap().len(), 6);
    let (answer, _) = imap::Answer::decode("h01", fixture!("daemons/dovecot_imap.txt")).unwrap();
    assert_eq!(answer.id, ["name=Dovecot"]);
    let (desktop, _) = rfb::Desktop::decode(fixture!("daemons/tigervnc_desktop.bin")).unwrap();
    assert_eq!(desktop.name, "office 受付");
}

proptest! {
    #[test]
    fn no_decoder_panics_or_uses_more_than_there_is(
        (_, sample, _) in select(SAMPLES.to_vec()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        noise in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut changed = sample.to_vec();
        for (at, value) in edits {
            let at = at.index(changed.len());
            changed[at] = value;
        }
        for bytes in [&changed, &noise] {
            for (name, _, decode) in SAMPLES {
                if let Ok(used) = decode(bytes) {
                    prop_assert!(used <= bytes.len(), "{}", name);
                }
            }
            let _ = telnet::first_negotiation(bytes);
            let _ = onc_rpc::Mapping::list(bytes);
        }
    }
}
