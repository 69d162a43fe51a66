use std::collections::BTreeSet;

use hoshimori_inspection::evidence::{Clue, ClueSource};
use hoshimori_wire::app::http1::{Challenge, Head};

/// The most clues out of the fields of one answer: ours; a server that sends two hundred cookies
/// does not tell more than one that sends twenty.
const MAX_CLUES: usize = 32;

/// Fields besides X-Powered-By in which software names itself. Their names are kept in the clue:
/// the value alone is often a number.
const KIN: [&str; 13] = [
    "X-AspNet-Version",
    "X-AspNetMvc-Version",
    "X-Generator",
    "X-Influxdb-Version",
    "X-Jenkins",
    "X-Redirect-By",
    "X-Server-Powered-By",
    "X-OWA-Version",
    "MicrosoftSharePointTeamServices",
    "Docker-Distribution-Api-Version",
    "Kbn-Version",
    "X-Drupal-Cache",
    "X-Squid-Error",
];

/// The clues in the fields of an answer, in their order, each once.
pub(super) fn clues(head: &Head) -> Vec<Clue> {
    let mut known = BTreeSet::new();
    head.fields
        .iter()
        .flat_map(|(name, value)| told_by(name, value))
        .filter(|clue| !clue.text.is_empty() && known.insert((clue.from, clue.text.clone())))
        .take(MAX_CLUES)
        .collect()
}

fn told_by(name: &str, value: &str) -> Vec<Clue> {
    let one = |from| vec![Clue::new(from, value)];
    match name.to_ascii_lowercase().as_str() {
        "server" => one(ClueSource::HttpServer),
        "x-powered-by" => one(ClueSource::HttpPoweredBy),
        "location" => one(ClueSource::HttpLocation),
        "via" => one(ClueSource::HttpVia),
        "set-cookie" => cookie_name(value)
            .map(|name| Clue::new(ClueSource::HttpCookie, &format!("{name}=")))
            .into_iter()
            .collect(),
        "www-authenticate" | "proxy-authenticate" => Challenge::read_all(value)
            .iter()
            .map(|challenge| Clue::new(ClueSource::HttpChallenge, &challenge.to_text()))
            .collect(),
        other => KIN
            .iter()
            .find(|kin| kin.eq_ignore_ascii_case(other))
            .map(|kin| Clue::new(ClueSource::HttpPoweredBy, &format!("{kin}: {value}")))
            .into_iter()
            .collect(),
    }
}

/// The name of a cookie; its value is of nobody's concern and new every time.
fn cookie_name(value: &str) -> Option<&str> {
    let (name, _) = value.split_once('=')?;
    Some(name.trim()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(fields: &[(&str, &str)]) -> Vec<(ClueSource, String)> {
        let fields = fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let head = Head { status: 200, reason: String::new(), fields };
        clues(&head).into_iter().map(|clue| (clue.from, clue.text)).collect()
    }

    #[test]
    fn fields_that_name_software_are_clues() {
        let seen = told(&[
            ("server", "Apache/2.4.57 (Debian)"),
            ("X-Powered-By", "PHP/8.2.7"),
            ("X-AspNet-Version", "4.0.30319"),
            ("Set-Cookie", "PHPSESSID=h0123; path=/"),
            ("WWW-Authenticate", "Digest realm=\"IP Camera\", nonce=\"7\""),
            ("WWW-Authenticate", "Basic realm=\"IP Camera\""),
            ("Location", "/login.html"),
            ("Via", "1.1 proxy (squid/5.7)"),
            ("Date", "now"),
        ]);
        let expected = [
            (ClueSource::HttpServer, "Apache/2.4.57 (Debian)"),
            (ClueSource::HttpPoweredBy, "PHP/8.2.7"),
            (ClueSource::HttpPoweredBy, "X-AspNet-Version: 4.0.30319"),
            (ClueSource::HttpCookie, "PHPSESSID="),
            (ClueSource::HttpChallenge, "Digest realm=\"IP Camera\""),
            (ClueSource::HttpChallenge, "Basic realm=\"IP Camera\""),
            (ClueSource::HttpLocation, "/login.html"),
            (ClueSource::HttpVia, "1.1 proxy (squid/5.7)"),
        ];
        assert_eq!(seen, expected.map(|(from, text)| (from, text.to_owned())));
    }

    #[test]
    fn the_same_is_said_once_and_not_without_end() {
        assert_eq!(told(&[("Set-Cookie", "a=1"), ("Set-Cookie", "a=2")]).len(), 1);
        let names: Vec<String> = (0..99).map(|number| format!("c{number}=x")).collect();
        let many: Vec<_> = names.iter().map(|cookie| ("Set-Cookie", cookie.as_str())).collect();
        assert_eq!(told(&many).len(), MAX_CLUES);
    }
}
