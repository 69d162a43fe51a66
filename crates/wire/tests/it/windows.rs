//! What servers of Windows networks and directories said to our requests.

use hoshimori_wire::DecodeError;
use hoshimori_wire::app::kerberos::Refusal;
use hoshimori_wire::app::ldap::Answer as DirectoryAnswer;
use hoshimori_wire::app::msrpc::Answer as RpcAnswer;
use hoshimori_wire::app::msrpc::endpoint_map::Found;
use hoshimori_wire::app::ntlmssp::Challenge;
use hoshimori_wire::app::rdp::credssp::TsRequest;
use hoshimori_wire::app::rdp::{Failure, Negotiation, Security, conference};
use hoshimori_wire::app::smb::smb1::{self, Tag};
use hoshimori_wire::app::smb::{Signing, Status, session, smb2};
use hoshimori_wire::app::spnego;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::fixture;

const NEGOTIATION: Tag = Tag { process: 0x7c14, number: 0xc5f1 };
const SETUP: Tag = Tag { process: 0x7c14, number: 0x5c11 };
const CALL: u32 = 0xc2d4_d900;
const SEARCH: u32 = 0xb801;

/// Whether all of `bytes` are needed: each proper beginning is incomplete.
fn needs_all<T>(bytes: &[u8], decode: impl Fn(&[u8]) -> Result<(T, usize), DecodeError>) -> bool {
    let is_incomplete = |length: usize| {
        let cut = decode(&bytes[..length]);
        cut.is_err_and(|error| error.is_incomplete())
    };
    decode(bytes).is_ok_and(|(_, used)| used == bytes.len()) && (0..bytes.len()).all(is_incomplete)
}

#[test]
fn a_negotiation_of_smb_3_is_read() {
    let bytes = fixture!("windows/smb2_negotiate.bin");
    let (negotiated, _) = smb2::Negotiated::decode(bytes).unwrap();
    assert_eq!(negotiated.dialect.to_string(), "3.1.1");
    assert_eq!(negotiated.signing, Signing::Required);
    assert_eq!(negotiated.system_time.unix_seconds(), Some(1_795_476_797));
    assert_eq!((negotiated.start_time.unix_seconds(), negotiated.compression.len()), (None, 0));
    assert!(needs_all(bytes, smb2::Negotiated::decode));
}

#[test]
fn the_challenge_of_samba_has_its_own_version() {
    let bytes = fixture!("windows/smb2_session_setup.bin");
    let (setup, _) = smb2::SessionSetup::decode(bytes).unwrap();
    assert_eq!(setup.status, Status::MORE_PROCESSING_REQUIRED);
    let token = spnego::response_token(&setup.token).unwrap();
    let challenge = Challenge::decode(token).unwrap();
    assert_eq!(challenge.version.unwrap().to_string(), "6.1.0");
    assert_eq!(challenge.dns_computer.as_deref(), Some("dc1.office.example"));
    assert_eq!(challenge.dns_domain.as_deref(), Some("office.example"));
    assert!(needs_all(bytes, smb2::SessionSetup::decode));
    for length in 0..token.len() {
        assert!(Challenge::decode(&token[..length]).is_err());
    }
    for length in 0..setup.token.len() {
        assert!(spnego::response_token(&setup.token[..length]).is_err());
    }
}

#[test]
fn smb_1_is_read_with_the_names_of_its_system() {
    let bytes = fixture!("windows/smb1_negotiate.bin");
    let accepted =
        smb1::Negotiated::Accepted { signing: Signing::Required, has_extended_security: true };
    assert_eq!(smb1::Negotiated::decode(bytes, NEGOTIATION), Ok((accepted, bytes.len())));
    assert!(needs_all(bytes, |bytes| smb1::Negotiated::decode(bytes, NEGOTIATION)));

    let bytes = fixture!("windows/smb1_session_setup.bin");
    let (setup, _) = smb1::SessionSetup::decode(bytes, SETUP).unwrap();
    assert_eq!(setup.native_lan_man, "Samba 4.17.12-Debian");
    assert_eq!(setup.native_os, "Windows 6.1");
    assert!(needs_all(bytes, |bytes| smb1::SessionSetup::decode(bytes, SETUP)));
}

#[test]
fn an_endpoint_map_in_two_pieces_is_read() {
    let bytes = fixture!("windows/msrpc_bind_ack.bin");
    assert_eq!(RpcAnswer::decode(bytes, CALL), Ok((RpcAnswer::Bound, bytes.len())));
    assert!(needs_all(bytes, |bytes| RpcAnswer::decode(bytes, CALL)));

    let mut whole = Vec::new();
    for (bytes, ends) in [
        (fixture!("windows/msrpc_lookup_1.bin"), false),
        (fixture!("windows/msrpc_lookup_2.bin"), true),
    ] {
        let (answer, _) = RpcAnswer::decode(bytes, CALL + 1).unwrap();
        let RpcAnswer::Piece { stub, is_last } = answer else { panic!("{answer:?}") };
        assert_eq!(is_last, ends);
        whole.extend(stub);
    }
    let found = Found::decode(&whole).unwrap();
    assert_eq!(found.entries.len(), 53);
    let samr = "12345778-1234-abcd-ef00-0123456789ac v1.0 ncacn_ip_tcp:0.0.0.0[49154] samr";
    assert!(found.entries.iter().any(|entry| entry.to_string() == samr));
    // The last tower ends four bytes before the status.
    for length in 0..whole.len() - 8 {
        assert!(Found::decode(&whole[..length]).is_err(), "{length}");
    }
}

#[test]
fn a_root_dse_is_read_up_to_its_end() {
    let bytes = fixture!("windows/ldap_root_dse.bin");
    let (answer, used) = DirectoryAnswer::decode(bytes, SEARCH).unwrap();
    let DirectoryAnswer::Entry(attributes) = answer else { panic!("{answer:?}") };
    let vendor = attributes.iter().find(|one| one.name == "vendorVersion").unwrap();
    assert_eq!(vendor.values, ["4.17.12-Debian"]);
    let (done, _) = DirectoryAnswer::decode(&bytes[used..], SEARCH).unwrap();
    assert_eq!(done, DirectoryAnswer::Done { code: 0, message: String::new() });
    assert!(needs_all(&bytes[..used], |bytes| DirectoryAnswer::decode(bytes, SEARCH)));
}

#[test]
fn a_refusal_of_kerberos_is_read() {
    let bytes = fixture!("windows/kerberos_refusal.bin");
    let (refusal, _) = Refusal::decode(bytes).unwrap();
    assert_eq!((refusal.code, refusal.time.as_str()), (6, "20261123233332Z"));
    assert_eq!(refusal.realm, "H2C53E7B9B3E.INVALID");
    assert!(needs_all(bytes, Refusal::decode));
}

#[test]
fn a_remote_desktop_tells_what_it_wants_and_who_it_is() {
    let bytes = fixture!("windows/rdp_confirm.bin");
    let selected = Negotiation::Selected(Security::HYBRID);
    assert_eq!(Negotiation::decode(bytes), Ok((selected, bytes.len())));
    assert!(needs_all(bytes, Negotiation::decode));
    let failed = Negotiation::Failed(Failure::HYBRID_REQUIRED);
    assert_eq!(Negotiation::decode(fixture!("windows/rdp_failure.bin")), Ok((failed, 19)));

    let bytes = fixture!("windows/rdp_connect_response.bin");
    assert!(needs_all(bytes, conference::decode_response));

    let bytes = fixture!("windows/credssp_challenge.bin");
    let (message, _) = TsRequest::decode(bytes).unwrap();
    let challenge = Challenge::decode(&message.token.unwrap()).unwrap();
    assert_eq!(challenge.version.unwrap().to_string(), "6.1.7601");
    assert_eq!((message.version, challenge.computer.as_deref()), (6, Some("VM")));
    assert!(needs_all(bytes, TsRequest::decode));
}

/// Bytes that are arbitrary, or a sample with some bytes changed.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let samples = vec![
        fixture!("windows/smb2_negotiate.bin"),
        fixture!("windows/smb2_session_setup.bin"),
        fixture!("windows/smb1_negotiate.bin"),
        fixture!("windows/smb1_session_setup.bin"),
        fixture!("windows/msrpc_bind_ack.bin"),
        fixture!("windows/msrpc_lookup_2.bin"),
        fixture!("windows/ldap_root_dse.bin"),
        fixture!("windows/kerberos_refusal.bin"),
        fixture!("windows/rdp_confirm.bin"),
        fixture!("windows/rdp_connect_response.bin"),
        fixture!("windows/credssp_challenge.bin"),
    ];
    let edits = vec((any::<prop::sample::Index>(), any::<u8>()), 1..8);
    let changed = (select(samples), edits).prop_map(|(sample, changes)| {
        let mut bytes = sample.to_vec();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes
    });
    prop_oneof![vec(any::<u8>(), 0..2_048), changed]
}

proptest! {
    #[test]
    fn no_decoder_panics_or_uses_more_than_there_is(bytes in hostile_bytes()) {
        let used = [
            session::Reply::decode(&bytes).map(|it| it.1),
            smb2::Negotiated::decode(&bytes).map(|it| it.1),
            smb2::SessionSetup::decode(&bytes).map(|it| it.1),
            smb1::Negotiated::decode(&bytes, NEGOTIATION).map(|it| it.1),
            smb1::SessionSetup::decode(&bytes, SETUP).map(|it| it.1),
            RpcAnswer::decode(&bytes, CALL).map(|it| it.1),
            DirectoryAnswer::decode(&bytes, SEARCH).map(|it| it.1),
            Refusal::decode(&bytes).map(|it| it.1),
            Negotiation::decode(&bytes).map(|it| it.1),
            TsRequest::decode(&bytes).map(|it| it.1),
            conference::decode_response(&bytes).map(|it| it.1),
        ];
        prop_assert!(used.into_iter().flatten().all(|used| used <= bytes.len()));
        let _ = spnego::response_token(&bytes).and_then(Challenge::decode);
        let _ = Found::decode(&bytes);
    }
}
