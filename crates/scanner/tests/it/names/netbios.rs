use hoshimori_inspection::evidence::NameSource;

use super::finder::{Bench, LONG, SHORT, fact, names, note};
use super::stand_in::StandIn;

const OF_HOST: u16 = 0x0400;
const OF_GROUP: u16 = 0x8400;

/// A name table: names with suffix and flags, then what the host says is its hardware address.
fn table(question: &[u8], entries: &[(&[u8], u8, u16)], unit_id: [u8; 6]) -> Vec<u8> {
    let mut table = vec![u8::try_from(entries.len()).unwrap()];
    for (name, suffix, flags) in entries {
        let mut padded = name.to_vec();
        padded.resize(15, b' ');
        table.extend(padded);
        table.push(*suffix);
        table.extend(flags.to_be_bytes());
    }
    table.extend(unit_id);
    table.extend([0; 40]);
    let length = u16::try_from(table.len()).unwrap().to_be_bytes();
    let head = [&question[..2], &[0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]].concat();
    [&head, &question[12..], &[0; 4], &length, &table].concat()
}

#[tokio::test]
async fn a_host_tells_its_name_its_workgroup_and_an_unconfirmed_address() {
    let reply = |question: &[u8]| {
        let entries: [(&[u8], u8, u16); 5] = [
            (b"RECEPTION-PC", 0x00, OF_HOST),
            (b"OFFICE", 0x00, OF_GROUP),
            (b"RECEPTION-PC", 0x20, OF_HOST),
            (b"OFFICE", 0x1e, OF_GROUP),
            (b"\x01\x02__MSBROWSE__\x02", 0x01, OF_GROUP),
        ];
        vec![table(question, &entries, [0, 0, 0x5e, 0, 0x53, 1])]
    };
    let Some(_host) = StandIn::start("127.83.3.1", 137, reply) else { return };
    let bench = Bench::new();
    let seen = bench.finder(LONG).netbios(&bench.permit("127.83.3.1")).await.unwrap();
    assert_eq!(names(&seen), ["RECEPTION-PC"]);
    assert_eq!(fact(&seen).source, NameSource::NetBios);
    assert_eq!(seen.key.as_str(), "guest/127.83.3.1/name/netbios");
    assert_eq!(
        note(&seen),
        "in the workgroup or domain OFFICE; states the hardware address 00:00:5e:00:53:01, \
         unconfirmed"
    );
    assert_eq!(seen.repeat.as_deref(), Some("nmblookup -A 127.83.3.1"));
    assert_eq!((seen.sent.0.len(), seen.received.0.len()), (50, 56 + 1 + 5 * 18 + 46));
}

#[tokio::test]
async fn names_of_japanese_windows_are_read() {
    let reply = |question: &[u8]| {
        // 受付 in code page 932.
        vec![table(question, &[(b"\x8e\xf3\x95\x74-PC", 0, OF_HOST)], [0; 6])]
    };
    let Some(_host) = StandIn::start("127.83.3.2", 137, reply) else { return };
    let bench = Bench::new();
    let seen = bench.finder(LONG).netbios(&bench.permit("127.83.3.2")).await.unwrap();
    assert_eq!(names(&seen), ["受付-PC"]);
    assert!(seen.note.is_none());
    assert!(seen.received.0.windows(4).any(|part| part == b"\x8e\xf3\x95\x74"));
}

#[tokio::test]
async fn a_hostile_table_is_bounded() {
    let reply = |question: &[u8]| {
        let names: Vec<String> = (0..255).map(|number| format!("\u{7}N{number}")).collect();
        let entries: Vec<_> = names.iter().map(|name| (name.as_bytes(), 0, OF_HOST)).collect();
        vec![table(question, &entries, [0; 6])]
    };
    let Some(_host) = StandIn::start("127.83.3.3", 137, reply) else { return };
    let bench = Bench::new();
    let seen = bench.finder(LONG).netbios(&bench.permit("127.83.3.3")).await.unwrap();
    assert_eq!((names(&seen).len(), names(&seen)[0].as_str()), (16, "·N0"));
    assert!(note(&seen).contains("left out 239 "), "{}", note(&seen));
}

#[tokio::test]
async fn another_questions_answer_is_not_taken() {
    let reply = |question: &[u8]| {
        let mut answer = table(question, &[(b"OTHER", 0, OF_HOST)], [0; 6]);
        answer[1] ^= 1;
        vec![answer]
    };
    let Some(host) = StandIn::start("127.83.3.4", 137, reply) else { return };
    let bench = Bench::new();
    let seen = bench.finder(SHORT).netbios(&bench.permit("127.83.3.4")).await.unwrap();
    assert!(names(&seen).is_empty());
    assert!(note(&seen).contains("another question"), "{}", note(&seen));
    assert_eq!(host.count(), 2);
}

#[tokio::test]
async fn a_host_without_netbios_refuses_and_ipv6_has_none() {
    let bench = Bench::new();
    let finder = bench.finder(LONG);
    let seen = finder.netbios(&bench.permit("127.83.3.5")).await.unwrap();
    assert!(names(&seen).is_empty() && note(&seen).contains("refused"));
    assert!(finder.netbios(&bench.permit("::1")).await.is_none());
}
