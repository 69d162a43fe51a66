//! Databases played by stand-ins: what is recognised, what a stranger may do there, and that
//! nothing else is taken for one of them.

use hoshimori_inspection::evidence::{Access, ClueSource, Observation, Protocol, ServiceFact};
use hoshimori_scanner::Breadth;
use tokio::io::AsyncWriteExt;

use super::bench::{Bench, SHORT, service};
use super::stand_in::StandIn;

macro_rules! said {
    ($name:literal) => {
        include_bytes!(concat!("../../../../wire/fixtures/databases/", $name)).as_slice()
    };
}

/// A server that answers what it understands and hangs up at everything else.
pub(super) async fn replying(answer: fn(&[u8]) -> Option<Vec<u8>>) -> StandIn {
    StandIn::start(move |mut visit| async move {
        while let Some(reply) = answer(&visit.read().await) {
            if visit.stream.write_all(&reply).await.is_err() {
                break;
            }
        }
    })
    .await
}

pub(super) async fn identify(server: &StandIn) -> Observation {
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    bench.prober(SHORT).identify(&permit, server.port, Breadth::Every).await
}

/// Protocol and access of a server.
async fn recognised(server: &StandIn) -> (Protocol, Option<Access>) {
    let seen = identify(server).await;
    (service(&seen).protocol, service(&seen).access)
}

fn first(fact: &ServiceFact, source: ClueSource) -> Option<&str> {
    fact.clues_from(source).next()
}

#[tokio::test]
async fn mariadb_is_known_by_its_greeting_and_nothing_is_sent() {
    let server = StandIn::saying(said!("mariadb_greeting.bin")).await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Mysql, Some(Access::CredentialAsked)));
    let version = Some("5.5.5-10.11.19-MariaDB-0+deb12u1");
    assert_eq!(first(fact, ClueSource::MysqlVersion), version);
    assert_eq!(fact.banner.as_deref(), version);
    assert_eq!(first(fact, ClueSource::DatabaseEncryption), Some("none"));
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_server_that_refuses_this_host_is_a_database_all_the_same() {
    let server = StandIn::saying(said!("mariadb_refusal.bin")).await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Mysql, Some(Access::Refused)));
    let error = first(fact, ClueSource::MysqlError).unwrap();
    assert!(error.starts_with("1130: Host '127.0.0.1' is not allowed"), "{error}");
}

#[tokio::test]
async fn the_x_protocol_is_known_with_and_without_a_notice_first() {
    let (notice, capabilities) = said!("mysqlx_capabilities.bin").split_at(9);
    let newer = StandIn::start(move |mut visit| async move {
        drop(visit.stream.write_all(notice).await);
        if visit.read().await == [1, 0, 0, 0, 1] {
            drop(visit.stream.write_all(capabilities).await);
        }
    });
    let older = replying(|asked| {
        (asked == [1, 0, 0, 0, 1]).then(|| said!("mysqlx_capabilities.bin")[9..].to_vec())
    });
    for server in [newer.await, older.await] {
        let expected = (Protocol::MysqlX, Some(Access::CredentialAsked));
        assert_eq!(recognised(&server).await, expected);
    }
}

#[tokio::test]
async fn postgresql_with_encryption_is_asked_on_a_second_connection() {
    let server = replying(|asked| match asked {
        [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f] => Some(b"S".to_vec()),
        [0, 0, 0, _, 0, 3, 0, 0, ..] => Some(said!("postgres_sasl.bin").to_vec()),
        [0, 0, 0, 9, 0, 99, ..] => Some(said!("postgres_protocol.bin").to_vec()),
        _ => None,
    })
    .await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Postgresql, Some(Access::CredentialAsked)));
    assert_eq!(first(fact, ClueSource::DatabaseEncryption), Some("offered"));
    assert_eq!(first(fact, ClueSource::DatabaseAuthentication), Some("sasl"));
    let error = first(fact, ClueSource::PostgresError).unwrap();
    assert!(error.contains("F=postmaster.c L=2222 R=ProcessStartupPacket"), "{error}");
}

#[tokio::test]
async fn a_postgresql_that_refuses_one_role_may_let_in_another() {
    let server = replying(|asked| match asked {
        [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f] => Some(b"N".to_vec()),
        _ => Some(said!("postgres_trust.bin")[9..].to_vec()),
    })
    .await;
    assert_eq!(recognised(&server).await, (Protocol::Postgresql, None));
}

#[tokio::test]
async fn sql_server_tells_its_version() {
    let server = replying(|asked| {
        asked.starts_with(&[0x12, 1, 0]).then(|| said!("sql_server_prelogin.bin").to_vec())
    })
    .await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Mssql, Some(Access::CredentialAsked)));
    assert_eq!(first(fact, ClueSource::MssqlVersion), Some("15.0.2000"));
}

#[tokio::test]
async fn an_old_oracle_listener_tells_its_version_and_a_newer_one_its_number() {
    let old = replying(|asked| match asked {
        [0, _, 0, 0, 1, ..] => Some(said!("oracle_accept.bin").to_vec()),
        _ => None,
    })
    .await;
    let seen = identify(&old).await;
    let clues: Vec<&str> = service(&seen).clues_from(ClueSource::OracleTns).collect();
    assert_eq!(clues[..2], ["VSNNUM=153092352", "ERR=0"]);
    assert!(clues[2].starts_with("TNSLSNR for Linux: Version 9.2.0.1.0 - Production"), "{clues:?}");
    // It wants the request twice, as busy listeners do.
    let newer = StandIn::start(|mut visit| async move {
        if visit.read().await.starts_with(&[0, 90, 0, 0, 1]) {
            drop(visit.stream.write_all(&[0, 8, 0, 0, 11, 0, 0, 0]).await);
            visit.read().await;
            drop(visit.stream.write_all(said!("oracle_refuse.bin")).await);
        }
    })
    .await;
    let seen = identify(&newer).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::OracleTns, None));
    let clues: Vec<&str> = fact.clues_from(ClueSource::OracleTns).collect();
    assert_eq!(clues, ["VSNNUM=318767104", "ERR=1189"]);
}

#[tokio::test]
async fn redis_in_protected_mode_refuses_this_machine() {
    let server = StandIn::start(|mut visit| async move {
        // It hangs up without reading what was said to it.
        drop(visit.stream.write_all(said!("redis_denied.txt")).await);
    })
    .await;
    assert_eq!(recognised(&server).await, (Protocol::Redis, Some(Access::Refused)));
}

#[tokio::test]
async fn a_word_of_redis_alone_does_not_make_one() {
    for answer in [&b"+PONG\r\n"[..], b"-ERR unknown command\r\n", b"+OK\r\n", b"-DENIED\r\n"] {
        let server = StandIn::answering_any(answer).await;
        assert_eq!(recognised(&server).await.0, Protocol::Unknown, "{answer:?}");
    }
}

/// `MongoDB` as far as three commands go; `list` is what it says to the third.
fn mongodb(asked: &[u8], list: &[u8]) -> Option<Vec<u8>> {
    let has = |name: &[u8]| asked.windows(name.len()).any(|window| window == name);
    let mut answer = match asked.get(12..16)? {
        [0xd4, 7, 0, 0] if has(b"isMaster") => said!("mongodb_hello.bin").to_vec(),
        [0xdd, 7, 0, 0] if has(b"buildInfo") => said!("mongodb_build_info.bin").to_vec(),
        [0xdd, 7, 0, 0] if has(b"listDatabases") => list.to_vec(),
        _ => return None,
    };
    answer[8..12].copy_from_slice(&asked[4..8]);
    Some(answer)
}

#[tokio::test]
async fn mongodb_is_open_only_where_a_command_behind_the_login_succeeds() {
    let open = replying(|asked| mongodb(asked, said!("mongodb_databases.bin"))).await;
    let closed = replying(|asked| mongodb(asked, said!("mongodb_unauthorized.bin"))).await;
    for (server, access) in [(open, Access::Open), (closed, Access::CredentialAsked)] {
        let seen = identify(&server).await;
        let fact = service(&seen);
        assert_eq!((fact.protocol, fact.access), (Protocol::Mongodb, Some(access)));
        let clues: Vec<&str> = fact.clues_from(ClueSource::MongodbVersion).collect();
        assert_eq!(clues, ["7.0.14", "wire 0-21"]);
    }
}

#[tokio::test]
async fn an_answer_to_another_command_is_not_one_of_mongodb() {
    let server = StandIn::answering_any(said!("mongodb_hello.bin")).await;
    assert_eq!(recognised(&server).await.0, Protocol::Unknown);
}

#[tokio::test]
async fn cassandra_lets_in_or_asks_who_is_there() {
    fn node(asked: &[u8], startup: &[u8]) -> Option<Vec<u8>> {
        let mut answer = match asked {
            [4, 0, _, _, 5, ..] => said!("cassandra_supported.bin").to_vec(),
            [4, 0, _, _, 1, ..] => startup.to_vec(),
            _ => return None,
        };
        answer[2..4].copy_from_slice(&asked[2..4]);
        Some(answer)
    }
    let open = replying(|asked| node(asked, b"\x84\0\0\0\x02\0\0\0\0")).await;
    let closed = replying(|asked| node(asked, b"\x84\0\0\0\x03\0\0\0\x05\0\x03x.y")).await;
    assert_eq!(recognised(&open).await, (Protocol::Cassandra, Some(Access::Open)));
    assert_eq!(recognised(&closed).await, (Protocol::Cassandra, Some(Access::CredentialAsked)));
}

#[tokio::test]
async fn zookeeper_tells_its_version() {
    let server = StandIn::start(|mut visit| async move {
        if visit.read().await == b"srvr" {
            drop(visit.stream.write_all(said!("zookeeper_srvr.txt")).await);
        }
    })
    .await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Zookeeper, None));
    assert!(first(fact, ClueSource::ZookeeperVersion).unwrap().starts_with("3.8.0-5a02a05"));
}

#[tokio::test]
async fn similar_words_are_not_taken_for_a_database() {
    for answer in [
        &b"ERROR\r\n"[..],
        b"S",
        b"N",
        b"VERSION 1.2.3\r\n",
        b"\x8e\x01\xf3\x00\x4b\x11\xc2\x9a\xee\x07\x60\xfd\x33\x90\x2b\x48",
        b"\x04\x01\x00\x2b\x00\x00\x01\x00\xff",
        b"R\0\0\0\x08\0\0\0\x63",
        b"\0\x08\0\0\x0b\0\0\0",
    ] {
        let server = StandIn::answering_any(answer).await;
        assert_eq!(recognised(&server).await, (Protocol::Unknown, None), "{answer:?}");
    }
}
