use hoshimori_inspection::evidence::{ClueSource, Protocol};
use tokio::io::AsyncWriteExt;

use super::composed::element;
use super::identify;
use crate::services::bench::{LONG, clues, service};
use crate::services::stand_in::StandIn;

/// A message of LDAP with the number of `request` (RFC 4511 section 4.1.1).
fn message(request: &[u8], operation: &[u8]) -> Vec<u8> {
    // Our requests are longer than 255 bytes: SEQUENCE, its length in two bytes, the number.
    let number = &request[4..6 + usize::from(request[5])];
    element(0x30, &[number, operation].concat())
}

fn attribute(name: &str, value: &str) -> Vec<u8> {
    let (name, value) = (element(0x04, name.as_bytes()), element(0x04, value.as_bytes()));
    element(0x30, &[name, element(0x31, &value)].concat())
}

#[tokio::test]
async fn active_directory_tells_its_level() {
    let server = StandIn::start(|mut visit| async move {
        let request = visit.read().await;
        if !request.starts_with(&[0x30, 0x82]) {
            return;
        }
        // As MS-ADTS 3.1.1.3.2 has them.
        let attributes = [
            attribute("defaultNamingContext", "DC=office,DC=example"),
            attribute("dnsHostName", "dc1.office.example"),
            attribute("domainControllerFunctionality", "7"),
        ];
        let root = [element(0x04, b""), element(0x30, &attributes.concat())].concat();
        let entry = message(&request, &element(0x64, &root));
        let done = message(&request, &element(0x65, b"\x0a\x01\0\x04\0\x04\0"));
        drop(visit.stream.write_all(&[entry, done].concat()).await);
        visit.read_to_end().await;
    })
    .await;
    let seen = identify(server.port, LONG).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.trouble.as_ref()), (Protocol::Ldap, None), "{fact:?}");
    let root = clues(fact, ClueSource::LdapRootDse);
    assert!(root.contains(&"domainControllerFunctionality=7"), "{root:?}");
    // Everybody may read the root: that says nothing about the rest.
    assert_eq!(fact.access, None);
}

#[tokio::test]
async fn a_realm_that_the_centre_names_by_itself_is_a_clue() {
    let server = StandIn::start(|mut visit| async move {
        if visit.read().await.get(4) != Some(&0x6a) {
            return;
        }
        // RFC 4120 section 5.9.1, KDC_ERR_WRONG_REALM.
        let server = element(0x30, b"\xa0\x03\x02\x01\x02\xa1\x02\x30\0");
        let fields = [
            b"\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e".to_vec(),
            b"\xa4\x11\x18\x0f20261123230000Z\xa5\x03\x02\x01\0".to_vec(),
            b"\xa6\x03\x02\x01\x44".to_vec(),
            element(0xa9, &element(0x1b, b"OFFICE.EXAMPLE")),
            element(0xaa, &server),
        ];
        let error = element(0x7e, &element(0x30, &fields.concat()));
        let length = u32::try_from(error.len()).unwrap().to_be_bytes();
        drop(visit.stream.write_all(&[&length[..], &error].concat()).await);
        visit.read_to_end().await;
    })
    .await;
    let seen = identify(server.port, LONG).await;
    let fact = service(&seen);
    assert_eq!(fact.protocol, Protocol::Kerberos, "{fact:?}");
    assert_eq!(clues(fact, ClueSource::KerberosRealm), ["OFFICE.EXAMPLE"]);
    let banner = fact.banner.as_deref();
    assert_eq!(banner, Some("Kerberos error 68 (wrong realm) at 20261123230000Z"));
}
