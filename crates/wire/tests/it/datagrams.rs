//! Whether a datagram answers a question: samples of real daemons, cut, changed and exchanged.

use hoshimori_wire::app::{
    coap, dhcp, ike, memcached, ntp, rmcp, sip, snmp, ssdp, tftp, ws_discovery,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A question, what a daemon said to it, and who tells whether that is an answer.
struct Sample {
    name: &'static str,
    question: &'static [u8],
    answer: &'static [u8],
    answers: fn(&[u8], &[u8]) -> bool,
}

macro_rules! samples {
    ($($name:literal by $answers:path),* $(,)?) => {
        [$(Sample {
            name: $name,
            question: include_bytes!(concat!("../../fixtures/udp/", $name, ".question")),
            answer: include_bytes!(concat!("../../fixtures/udp/", $name, ".answer")),
            answers: $answers,
        }),*]
    };
}

const SAMPLES: [Sample; 13] = samples![
    "dnsmasq_dhcp" by dhcp::answers,
    "atftpd_tftp" by tftp::answers,
    "chrony_ntp" by ntp::answers,
    "snmpd_snmp" by snmp::answers,
    "charon_ike" by ike::answers,
    "charon_ike_version" by ike::answers,
    "ipmi_sim_ping" by rmcp::answers,
    "ipmi_sim_capabilities" by rmcp::answers,
    "miniupnpd_ssdp" by ssdp::answers,
    "wsdd2_ws_discovery" by ws_discovery::answers,
    "sipp_sip" by sip::answers,
    "libcoap_coap" by coap::answers,
    "memcached_memcached" by memcached::answers,
];

#[test]
fn what_daemons_say_answers_the_question() {
    for Sample { name, question, answer, answers } in SAMPLES {
        assert!(answers(question, answer), "{name}");
    }
}

#[test]
fn a_question_does_not_answer_itself() {
    for Sample { name, question, answers, .. } in SAMPLES {
        assert!(!answers(question, question), "{name}");
    }
}

#[test]
fn the_answer_of_one_protocol_is_none_in_another() {
    for asked in SAMPLES {
        for heard in SAMPLES {
            let daemon = |sample: &Sample| sample.name.split('_').next();
            let is_other = daemon(&asked) != daemon(&heard);
            let is_answer = (asked.answers)(asked.question, heard.answer);
            assert!(!(is_other && is_answer), "{} heard {}", asked.name, heard.name);
        }
    }
}

/// How many bytes of an answer decide; what comes after them may be missing.
fn decisive(sample: &Sample) -> usize {
    let length = sample.answer.len();
    let last = |wanted| sample.answer.iter().rposition(|byte| *byte == wanted).unwrap();
    match sample.name {
        // Zeros fill it up behind the end of the options.
        "dnsmasq_dhcp" => last(0xff) + 1,
        // The document is not read to its end: the number and the kind have to be in it.
        "wsdd2_ws_discovery" => length / 4,
        // The options and the resources behind the token.
        "libcoap_coap" => 8,
        _ => length,
    }
}

#[test]
fn a_cut_answer_is_none() {
    for sample in SAMPLES {
        for length in 0..decisive(&sample) {
            let cut = &sample.answer[..length];
            assert!(!(sample.answers)(sample.question, cut), "{} of {length}", sample.name);
        }
    }
}

#[test]
fn the_answer_to_another_question_is_none() {
    // TFTP and SSDP have nothing that an answer repeats.
    for sample in SAMPLES.iter().filter(|it| !matches!(it.name, "atftpd_tftp" | "miniupnpd_ssdp")) {
        let places = repeated(sample);
        assert!(!places.is_empty(), "{}", sample.name);
        for at in places {
            let mut other = sample.question.to_vec();
            other[at] ^= 1;
            assert!(!(sample.answers)(&other, sample.answer), "{} at {at}", sample.name);
        }
    }
}

/// Where in the question the number is that the answer has to repeat.
fn repeated(sample: &Sample) -> Vec<usize> {
    let find = |text: &[u8], length: usize| {
        let at = sample.question.windows(text.len()).position(|window| window == text).unwrap();
        (at + text.len()..at + text.len() + length).collect()
    };
    match sample.name {
        "dnsmasq_dhcp" => (4..8).collect(),
        "chrony_ntp" => (40..48).collect(),
        "snmpd_snmp" => (9..13).collect(),
        "charon_ike" | "charon_ike_version" => (0..8).collect(),
        "ipmi_sim_ping" => vec![9],
        "ipmi_sim_capabilities" => vec![18],
        "wsdd2_ws_discovery" => find(b"urn:uuid:", 8),
        "sipp_sip" => find(b"Call-ID: ", 16),
        "libcoap_coap" => (2..8).collect(),
        "memcached_memcached" => (0..2).collect(),
        _ => Vec::new(),
    }
}

proptest! {
    #[test]
    fn no_datagram_makes_a_recogniser_panic(
        bytes in vec(any::<u8>(), 0..600),
        sample in select((0..SAMPLES.len()).collect::<Vec<_>>()),
        edits in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let Sample { question, answer, answers, .. } = &SAMPLES[sample];
        let mut changed = answer.to_vec();
        for (at, value) in edits {
            let at = at.index(changed.len());
            changed[at] = value;
        }
        let _ = answers(question, &bytes);
        let _ = answers(question, &changed);
        let _ = answers(&bytes, &changed);
    }
}
