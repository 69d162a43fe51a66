//! What names of port mappings and pages of web servers point to.

use std::collections::BTreeMap;
use std::net::IpAddr;

use hoshimori_inspection::evidence::{
    ClueSource, MappingsFact, Observation, PortMapping, Protocol, ServiceFact,
};
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scheme::FindingSeverity;

use super::{Host, TEST, is_found, statements};
use crate::subject::{Seen, Subject};

/// Programs, by a word that their names for themselves contain.
const PROGRAMS: [(&str, &str); 35] = [
    ("winny", "Winny"),
    ("perfectdark", "Perfect Dark"),
    ("libtorrent", "BitTorrent (libtorrent)"),
    ("bittorrent", "BitTorrent"),
    ("utorrent", "µTorrent"),
    ("µtorrent", "µTorrent"),
    ("qbittorrent", "qBittorrent"),
    ("transmission", "Transmission"),
    ("deluge", "Deluge"),
    ("ktorrent", "KTorrent"),
    ("rtorrent", "rTorrent"),
    ("rutorrent", "rTorrent"),
    ("azureus", "Azureus"),
    ("vuze", "Vuze"),
    ("bitcomet", "BitComet"),
    ("bitlord", "BitLord"),
    ("tixati", "Tixati"),
    ("tribler", "Tribler"),
    ("xunlei", "Xunlei"),
    ("emule", "eMule"),
    ("amule", "aMule"),
    ("xmule", "xMule"),
    ("mldonkey", "MLDonkey"),
    ("edonkey", "eDonkey"),
    ("shareaza", "Shareaza"),
    ("gnutella", "Gnutella"),
    ("limewire", "LimeWire"),
    ("frostwire", "FrostWire"),
    ("cabos", "Cabos"),
    ("winmx", "WinMX"),
    ("soulseek", "Soulseek"),
    ("soulseekqt", "Soulseek"),
    ("nicotine", "Nicotine+"),
    ("slskd", "Soulseek (slskd)"),
    ("airdc", "AirDC++"),
];

/// Words that may follow `Share` in the name of a mapping of that program.
const AFTER_SHARE: [&str; 6] = ["ex2", "nt5", "tcp", "udp", "port", "upnp"];

/// The program that the name of a port mapping points to.
pub(super) fn program_in(description: &str) -> Option<&'static str> {
    let lower = description.to_lowercase();
    let words = words(&lower);
    let is_share = words.split_first().is_some_and(|(first, rest)| {
        let is_usual = |word: &&str| {
            AFTER_SHARE.contains(word) || word.bytes().all(|byte| byte.is_ascii_digit())
        };
        *first == "share" && rest.iter().all(is_usual)
    });
    if is_share {
        return Some(SHARE);
    }
    if lower.contains("dc++") {
        return Some("DC++");
    }
    let is_dark = words.windows(2).any(|pair| pair == ["perfect", "dark"]);
    let is_named = |name: &str| words.contains(&name) || is_dark && name == "perfectdark";
    PROGRAMS.iter().find(|(word, _)| is_named(word)).map(|(_, name)| *name)
}

/// The program called Share, whose name is a common word.
pub(super) const SHARE: &str = "Share";

/// What mappings point to, by the host for which they were made.
pub(super) fn of_mappings(seen: &[Seen<'_, MappingsFact>]) -> Vec<Judgement> {
    let mut hosts: BTreeMap<(Vantage, Target), Vec<Pointer<'_>>> = BTreeMap::new();
    for (observation, fact) in seen {
        for mapping in &fact.entries {
            let Some(program) = program_in(&mapping.description) else { continue };
            // A client that is no address is told of the gateway, which keeps the mapping.
            let client: Option<IpAddr> = mapping.internal_client.parse().ok();
            let target = Target::host(client.unwrap_or(observation.target.address));
            let pointer = Pointer { observation, mapping, program };
            hosts.entry((observation.vantage, target)).or_default().push(pointer);
        }
    }
    let judged = hosts.into_iter().map(|((vantage, target), pointers)| {
        let subject = Subject { test: TEST, vantage, target };
        let evidence = pointers.iter().map(|pointer| pointer.observation);
        let said = statements::mapped(&pointers);
        subject.suspected("mapping", FindingSeverity::Low, said, evidence)
    });
    judged.collect()
}

/// A mapping whose name points to a program.
pub(super) struct Pointer<'a> {
    observation: &'a Observation,
    pub(super) mapping: &'a PortMapping,
    pub(super) program: &'static str,
}

/// What the pages of web servers point to, where nothing better was found on their port.
pub(super) fn of_web_pages(host: &Host<'_>, found: &[Judgement]) -> Vec<Judgement> {
    let pages = host
        .services
        .iter()
        .filter(|(seen, fact)| fact.protocol == Protocol::Http && !is_found(found, seen.target));
    let judged = pages.filter_map(|(seen, fact)| {
        let (program, text) = program_on(fact)?;
        let subject = Subject { target: seen.target, ..host.subject };
        let said = statements::web_page(program, text);
        Some(subject.suspected("web-page", FindingSeverity::Low, said, [*seen]))
    });
    judged.collect()
}

/// The program that a web server is part of, with the text that says so: where that begins with
/// the program's name, since pages may be about anything.
fn program_on(service: &ServiceFact) -> Option<(&'static str, &str)> {
    service.clues.iter().find_map(|clue| {
        let lower = clue.text.to_lowercase();
        let words = words(&lower);
        let named = |word: &str| PROGRAMS.iter().find(|(name, _)| *name == word).map(|(_, n)| *n);
        let program = match clue.from {
            // A title such as `Transmission parts` is no program's.
            ClueSource::HtmlTitle if words.first() == Some(&"transmission") => {
                (words == ["transmission", "web", "interface"]).then_some("Transmission")
            }
            ClueSource::HttpServer | ClueSource::HtmlTitle => named(words.first()?),
            ClueSource::HttpChallenge => words.iter().find_map(|word| named(word)),
            _ => None,
        };
        program.map(|program| (program, clue.text.as_str()))
    })
}

fn words(text: &str) -> Vec<&str> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use hoshimori_inspection::evidence::Clue;

    use super::*;

    #[test]
    fn names_that_programs_give_to_their_mappings_are_known() {
        for (description, program) in [
            ("libtorrent/1.2", Some("BitTorrent (libtorrent)")),
            ("Azureus UPnP 6881 TCP", Some("Azureus")),
            ("aMule TCP Listening Socket", Some("aMule")),
            ("eMule_UDP", Some("eMule")),
            ("qBittorrent/4.5.2 at 192.168.10.23:8999", Some("qBittorrent")),
            ("Transmission at 51413", Some("Transmission")),
            ("Share EX2", Some("Share")),
            ("Share (TCP) 12345", Some("Share")),
            ("Winny:7743", Some("Winny")),
            ("Perfect Dark", Some("Perfect Dark")),
            ("DC++ Transfer Port", Some("DC++")),
            ("File Share", None),
            ("Share folder", None),
            ("ShareFile", None),
            ("Skype UDP at 192.168.10.23:40000", None),
            ("DarkPerfect", None),
            ("", None),
        ] {
            assert_eq!(program_in(description), program, "{description}");
        }
    }

    #[test]
    fn only_a_page_that_begins_with_a_programs_name_is_one_of_it() {
        for (from, text, program) in [
            (ClueSource::HttpServer, "Transmission", Some("Transmission")),
            (ClueSource::HtmlTitle, "qBittorrent Web UI", Some("qBittorrent")),
            (ClueSource::HtmlTitle, "Transmission Web Interface", Some("Transmission")),
            (ClueSource::HttpChallenge, "Basic realm=\"uTorrent\"", Some("µTorrent")),
            (ClueSource::HtmlTitle, "Transmission parts", None),
            (ClueSource::HtmlTitle, "How to block BitTorrent", None),
            (ClueSource::HttpCookie, "deluge", None),
        ] {
            let clues = vec![Clue::new(from, text)];
            let service = ServiceFact { clues, ..ServiceFact::of(Protocol::Http) };
            assert_eq!(program_on(&service).map(|(name, _)| name), program, "{text}");
        }
    }
}
