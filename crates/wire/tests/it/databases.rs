//! Databases and brokers: samples whole, cut, changed and shown to the wrong decoder.

use hoshimori_wire::DecodeError;
use hoshimori_wire::app::{
    amqp, cassandra, kafka, memcached_text, mongodb, mqtt, mysql, mysqlx, postgresql, redis, tds,
    tns, zookeeper,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::fixture;

type Decode = fn(&[u8]) -> Result<usize, DecodeError>;

/// A protocol and how its answers are read: the number of bytes that were used.
const DECODERS: [(&str, Decode); 13] = [
    ("mysql", |bytes| used(mysql::FirstPacket::decode(bytes))),
    ("mysqlx", |bytes| used(mysqlx::Message::decode(bytes))),
    ("postgresql", |bytes| used(postgresql::Message::decode(bytes))),
    ("tds", |bytes| used(tds::Prelogin::decode(bytes))),
    ("tns", |bytes| used(tns::Packet::decode(bytes))),
    ("redis", |bytes| used(redis::Reply::decode(bytes))),
    ("mongodb", |bytes| used(mongodb::Answer::decode(bytes))),
    ("memcached", |bytes| used(memcached_text::Line::decode(bytes))),
    ("mqtt", |bytes| used(mqtt::Packet::decode(bytes))),
    ("amqp", |bytes| used(amqp::Opening::decode(bytes))),
    ("zookeeper", |bytes| used(zookeeper::Answer::decode(bytes))),
    ("cassandra", |bytes| used(cassandra::Answer::decode(bytes))),
    ("kafka", |bytes| used(kafka::decode_api_versions(bytes, 7))),
];

fn used<T>(decoded: Result<(T, usize), DecodeError>) -> Result<usize, DecodeError> {
    decoded.map(|(_, used)| used)
}

fn decoder(protocol: &str) -> Decode {
    DECODERS.iter().find(|(name, _)| *name == protocol).unwrap().1
}

/// What servers say, each under the name of its protocol.
const SAMPLES: [(&str, &[u8]); 22] = [
    ("mysql", fixture!("databases/mariadb_greeting.bin")),
    ("mysql", fixture!("databases/mariadb_refusal.bin")),
    ("mysqlx", fixture!("databases/mysqlx_capabilities.bin")),
    ("postgresql", fixture!("databases/postgres_sasl.bin")),
    ("postgresql", fixture!("databases/postgres_trust.bin")),
    ("postgresql", fixture!("databases/postgres_protocol.bin")),
    ("tds", fixture!("databases/sql_server_prelogin.bin")),
    ("tns", fixture!("databases/oracle_refuse.bin")),
    ("tns", fixture!("databases/oracle_accept.bin")),
    ("redis", fixture!("databases/redis_info.txt")),
    ("redis", fixture!("databases/redis_denied.txt")),
    ("mongodb", fixture!("databases/mongodb_hello.bin")),
    ("mongodb", fixture!("databases/mongodb_build_info.bin")),
    ("mongodb", fixture!("databases/mongodb_unauthorized.bin")),
    ("mongodb", fixture!("databases/mongodb_databases.bin")),
    ("memcached", fixture!("databases/memcached_version.txt")),
    ("mqtt", fixture!("databases/mosquitto_connack.bin")),
    ("mqtt", fixture!("databases/mosquitto_version.bin")),
    ("amqp", fixture!("databases/rabbitmq_start.bin")),
    ("zookeeper", fixture!("databases/zookeeper_srvr.txt")),
    ("cassandra", fixture!("databases/cassandra_supported.bin")),
    ("kafka", fixture!("databases/kafka_api_versions.bin")),
];

/// The messages of a sample, one behind the other; of `ZooKeeper` only the first line is read.
fn messages(protocol: &str, mut bytes: &'static [u8]) -> Vec<&'static [u8]> {
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        let (message, rest) = bytes.split_at(decoder(protocol)(bytes).unwrap());
        messages.push(message);
        bytes = if protocol == "zookeeper" { &[] } else { rest };
    }
    messages
}

#[test]
fn every_sample_is_read_to_its_end() {
    let counts: Vec<usize> =
        SAMPLES.iter().map(|(name, bytes)| messages(name, bytes).len()).collect();
    assert_eq!(counts, [1, 1, 2, 1, 2, 1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1]);
}

#[test]
fn a_cut_message_is_incomplete() {
    for (protocol, bytes) in SAMPLES {
        for message in messages(protocol, bytes) {
            for length in 0..message.len() {
                let decoded = decoder(protocol)(&message[..length]);
                assert!(decoded.is_err_and(|error| error.is_incomplete()), "{protocol} {length}");
            }
        }
    }
}

#[test]
fn no_protocol_takes_the_words_of_another() {
    for (protocol, bytes) in SAMPLES {
        for (other, decode) in DECODERS.iter().filter(|(other, _)| *other != protocol) {
            assert!(decode(bytes).is_err(), "{other} took {protocol}");
        }
    }
}

#[test]
fn no_protocol_takes_its_own_question_for_an_answer() {
    let questions: [(&str, Vec<u8>); 17] = [
        ("mysqlx", mysqlx::CAPABILITIES_GET.to_vec()),
        ("postgresql", postgresql::SSL_REQUEST.to_vec()),
        ("postgresql", postgresql::Startup { user: "nobody", database: "none" }.to_bytes()),
        ("postgresql", postgresql::UNKNOWN_PROTOCOL.to_vec()),
        ("tds", tds::PRELOGIN.to_vec()),
        ("tns", tns::version_request()),
        ("redis", redis::PING.to_vec()),
        ("redis", redis::INFO_SERVER.to_vec()),
        ("memcached", memcached_text::VERSION.to_vec()),
        ("memcached", memcached_text::get("hoshimori")),
        ("mqtt", mqtt::connect(mqtt::Level::V3, "hoshimori")),
        ("mqtt", mqtt::connect(mqtt::Level::V5, "hoshimori")),
        ("amqp", amqp::PROTOCOL_HEADER.to_vec()),
        ("zookeeper", zookeeper::SERVER.to_vec()),
        ("cassandra", cassandra::options(7)),
        ("cassandra", cassandra::startup(7)),
        ("kafka", kafka::api_versions(7)),
    ];
    for (protocol, question) in questions {
        let decoded = decoder(protocol)(&question);
        assert!(decoded.is_err_and(|error| !error.is_incomplete()), "{protocol} {question:?}");
    }
}

#[test]
fn the_samples_tell_what_their_servers_are() {
    let (greeting, _) = mysql::FirstPacket::decode(SAMPLES[0].1).unwrap();
    let mysql::FirstPacket::Greeting(greeting) = greeting else { panic!("{greeting:?}") };
    assert_eq!(greeting.version, "5.5.5-10.11.19-MariaDB-0+deb12u1");
    assert_eq!(greeting.plugin.as_deref(), Some("mysql_native_password"));
    assert!(!greeting.capabilities.contain(mysql::Capabilities::SSL));
    let (start, _) = amqp::Opening::decode(fixture!("databases/rabbitmq_start.bin")).unwrap();
    let amqp::Opening::Start(start) = start else { panic!("{start:?}") };
    assert!(start.properties.contains(&("version".into(), "3.10.8".into())));
    let (prelogin, _) =
        tds::Prelogin::decode(fixture!("databases/sql_server_prelogin.bin")).unwrap();
    assert_eq!(prelogin.version.to_string(), "15.0.2000");
    let (build, _) = mongodb::Answer::decode(fixture!("databases/mongodb_build_info.bin")).unwrap();
    assert_eq!(build.document.text("version"), Some("7.0.14"));
}

proptest! {
    #[test]
    fn no_decoder_panics(
        sample in select(SAMPLES.to_vec()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        arbitrary in prop::collection::vec(any::<u8>(), 0..512),
    ) {
        let mut bytes = sample.1.to_vec();
        for (at, value) in edits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        for (_, decode) in DECODERS {
            for bytes in [&bytes, &arbitrary] {
                prop_assert!(decode(bytes).map_or(true, |used| used <= bytes.len()));
            }
        }
        let _ = postgresql::Encryption::decode(&arbitrary);
        let _ = kafka::decode_brokers(&arbitrary, 7);
    }
}
