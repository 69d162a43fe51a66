//! Brokers of messages, played by stand-ins and for real.

use hoshimori_inspection::evidence::{Access, ClueSource, Observation, Protocol};
use hoshimori_scanner::Breadth;

use super::bench::{Bench, LONG, service};
use super::daemon::{Daemon, Folder, free_port, program};
use super::database::{identify, replying};
use super::stand_in::StandIn;

macro_rules! said {
    ($name:literal) => {
        include_bytes!(concat!("../../../../wire/fixtures/databases/", $name)).as_slice()
    };
}

fn mosquitto(settings: &str, folder: Folder) -> Option<Daemon> {
    let program = program("mosquitto")?;
    let port = free_port();
    let text = format!("user root\nlistener {port} 127.78.0.1\n{settings}\n");
    let config = folder.write("mosquitto.conf", &text);
    Some(Daemon::start(&program, ["-c", &config], port, folder))
}

async fn identify_daemon(daemon: &Daemon) -> Observation {
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    bench.prober(LONG).identify(&permit, daemon.port, Breadth::Every).await
}

#[tokio::test]
async fn mosquitto_for_everybody_tells_its_version() {
    let Some(daemon) = mosquitto("allow_anonymous true", Folder::new()) else { return };
    let seen = identify_daemon(&daemon).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.tls, fact.access), (Protocol::Mqtt, false, Some(Access::Open)));
    let version = fact.clues_from(ClueSource::MqttVersion).next().unwrap();
    assert!(version.starts_with("mosquitto version "), "{version}");
}

#[tokio::test]
async fn mosquitto_with_users_asks_for_one() {
    let Some(daemon) = mosquitto("allow_anonymous false", Folder::new()) else { return };
    let seen = identify_daemon(&daemon).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Mqtt, Some(Access::CredentialAsked)));
    assert_eq!(fact.banner.as_deref(), Some("CONNACK 0x05 not authorized"));
}

#[tokio::test]
async fn mosquitto_inside_tls_is_found_there() {
    let folder = Folder::new();
    let certified = rcgen::generate_simple_self_signed(["broker.office.example".into()]).unwrap();
    let certificate = folder.write("cert.pem", &certified.cert.pem());
    let key = folder.write("key.pem", &certified.signing_key.serialize_pem());
    let settings = format!("allow_anonymous true\ncertfile {certificate}\nkeyfile {key}");
    let Some(daemon) = mosquitto(&settings, folder) else { return };
    let seen = identify_daemon(&daemon).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.tls, fact.access), (Protocol::Mqtt, true, Some(Access::Open)));
}

#[tokio::test]
async fn a_broker_of_version_5_only_is_asked_again_in_its_version() {
    let server = replying(|asked| match asked {
        [0x10, _, 0, 4, b'M', b'Q', b'T', b'T', 4, ..] => Some(b"\x20\x02\0\x01".to_vec()),
        [0x10, _, 0, 4, b'M', b'Q', b'T', b'T', 5, ..] => Some(b"\x20\x03\0\x87\0".to_vec()),
        _ => None,
    })
    .await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Mqtt, Some(Access::CredentialAsked)));
    assert_eq!(fact.banner.as_deref(), Some("CONNACK 0x87 not authorized"));
}

#[tokio::test]
async fn rabbitmq_tells_product_version_and_platform() {
    let server = replying(|asked| {
        (asked == b"AMQP\0\0\x09\x01").then(|| said!("rabbitmq_start.bin").to_vec())
    })
    .await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Amqp, Some(Access::CredentialAsked)));
    let clues: Vec<&str> = fact.clues_from(ClueSource::AmqpProperty).collect();
    assert!(clues.contains(&"product=RabbitMQ") && clues.contains(&"version=3.10.8"), "{clues:?}");
    assert!(clues.contains(&"mechanisms=AMQPLAIN PLAIN"), "{clues:?}");
}

#[tokio::test]
async fn a_broker_of_amqp_1_0_names_its_version() {
    let server =
        replying(|asked| asked.starts_with(b"AMQP").then(|| b"AMQP\0\x01\0\0".to_vec())).await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Amqp, None));
    assert_eq!(fact.banner.as_deref(), Some("AMQP 0 1.0.0"));
}

/// A broker of Kafka; `is_open` says whether it answers more than the list of requests.
fn kafka(asked: &[u8], is_open: bool) -> Option<Vec<u8>> {
    let number = asked.get(8..12)?;
    let mut answer = match asked.get(4..8)? {
        [0, 18, 0, 0] => said!("kafka_api_versions.bin").to_vec(),
        [0, 3, 0, 1] if is_open => b"\0\0\0\x08\0\0\0\0\0\0\0\0".to_vec(),
        _ => return None,
    };
    answer[4..8].copy_from_slice(number);
    Some(answer)
}

#[tokio::test]
async fn kafka_is_open_where_it_names_its_brokers() {
    let open = replying(|asked| kafka(asked, true)).await;
    let other = replying(|asked| kafka(asked, false)).await;
    for (server, access) in [(open, Some(Access::Open)), (other, None)] {
        let seen = identify(&server).await;
        let fact = service(&seen);
        assert_eq!((fact.protocol, fact.access), (Protocol::Kafka, access));
        let requests = fact.clues_from(ClueSource::KafkaRequests).next().unwrap();
        assert!(requests.contains("18:0-3"), "{requests}");
    }
}

#[tokio::test]
async fn similar_words_are_not_taken_for_a_broker() {
    for answer in [
        &b"AMQP\0\0\x09\x01"[..],
        b"AMQP-Error",
        b"\x20\x02\x01\0",
        b"\x20\x02\0\x09",
        b"\x90\x03\0\x07\0",
        said!("kafka_api_versions.bin"),
    ] {
        let server = StandIn::answering_any(answer).await;
        assert_eq!(service(&identify(&server).await).protocol, Protocol::Unknown, "{answer:?}");
    }
}
