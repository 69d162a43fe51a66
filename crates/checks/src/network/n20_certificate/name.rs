use std::net::IpAddr;

use hoshimori_inspection::evidence::CertificateFact;
use hoshimori_scheme::Text;

use super::Setting;
use super::chain::{Chains, Shown};
use super::issue::{Certainty, Issue};
use crate::words::{joined, named};

/// Whether the leaf certificates name the host as people call it. The common name is ignored (RFC 9525
/// section 6.2).
pub(super) fn issues<'a>(chains: &Chains<'a>, setting: &Setting<'_>) -> Vec<Issue<'a>> {
    let mut issues: Vec<_> =
        chains.judged.iter().filter_map(|shown| of_chain(shown, setting)).collect();
    issues.extend(of_names_not_asked(chains, setting));
    issues
}

/// What is wrong with the names of one chain: it was shown to one name, or to none, when any name
/// that people use has to be on it.
fn of_chain<'a>(shown: &Shown<'a>, setting: &Setting<'_>) -> Option<Issue<'a>> {
    let known = || setting.names.iter().map(String::as_str);
    let wanted: Vec<&str> = shown.server_name.map_or_else(|| known().collect(), |name| vec![name]);
    if wanted.is_empty() {
        return of_address(shown, setting);
    }
    let missing: Vec<&str> =
        wanted.iter().copied().filter(|name| !covers(shown.leaf, name)).collect();
    if missing.is_empty() {
        return None;
    }
    let severity = setting.audience.severity();
    let certainty = if known().any(|name| covers(shown.leaf, name)) {
        Certainty::Suspected(severity)
    } else {
        Certainty::Proved(severity)
    };
    Some(mismatch(shown, setting, certainty, lacks(shown, &missing)))
}

fn of_address<'a>(shown: &Shown<'a>, setting: &Setting<'_>) -> Option<Issue<'a>> {
    let address = setting.subject.target.address;
    if shown.leaf.ip_names.contains(&address) {
        return None;
    }
    let names = shown.names();
    let because = Text::new(
        format!(
            "ホストの名前を聞いていないため、アドレス{address}で接続した。証明書にあるのは：{}。",
            names.ja
        ),
        format!(
            "No name is known for the host; it was reached by its address {address}. The \
             certificate has: {}.",
            names.en
        ),
    );
    Some(mismatch(shown, setting, Certainty::Proved(setting.audience.severity()), because))
}

/// Names that no handshake was made for, and that are on none of the certificates seen.
fn of_names_not_asked<'a>(chains: &Chains<'a>, setting: &Setting<'_>) -> Option<Issue<'a>> {
    let shown = chains.judged.iter().find(|shown| shown.server_name.is_some())?;
    let missing: Vec<&str> = setting
        .names
        .iter()
        .map(String::as_str)
        .filter(|name| !chains.is_asked_for(name))
        .filter(|name| !chains.judged.iter().any(|shown| covers(shown.leaf, name)))
        .collect();
    let certainty = Certainty::Suspected(setting.audience.severity());
    (!missing.is_empty()).then(|| mismatch(shown, setting, certainty, lacks(shown, &missing)))
}

fn lacks(shown: &Shown<'_>, missing: &[&str]) -> Text {
    let (missing, names) = (named(missing), shown.names());
    Text::new(
        format!("証明書に{}がない。証明書にあるのは：{}。", missing.ja, names.ja),
        format!("{} is not on the certificate, which has: {}.", missing.en, names.en),
    )
}

fn mismatch<'a>(
    shown: &Shown<'a>,
    setting: &Setting<'_>,
    certainty: Certainty,
    because: Text,
) -> Issue<'a> {
    let title = match certainty {
        Certainty::Suspected(_) => Text::new(
            "証明書にない名前で使われている疑いがある",
            "The host may be used under names that its certificate lacks",
        ),
        _ => Text::new("証明書の名前が接続先と合わない", "The certificate is for another name"),
    };
    Issue {
        aspect: "name",
        certainty,
        title,
        because: joined([because, setting.audience.reason()]),
        ids: &["CWE-297"],
        evidence: vec![shown.observation],
    }
}

/// Whether `leaf` has `name`, which is a DNS name or an address, among its alternative names.
fn covers(leaf: &CertificateFact, name: &str) -> bool {
    match name.parse::<IpAddr>() {
        Ok(address) => leaf.ip_names.contains(&address),
        Err(_) => leaf.dns_names.iter().any(|pattern| matches(pattern, name)),
    }
}

/// RFC 9525 section 6.3: compared by labels without case; `*` stands for the whole left-most
/// label and no other. As browsers do, a `*` right below a top-level name matches nothing.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (undotted(pattern), undotted(name));
    if name.is_empty() || name.contains('*') {
        return false;
    }
    match pattern.strip_prefix("*.") {
        None => !pattern.contains('*') && pattern.eq_ignore_ascii_case(name),
        Some(parent) => {
            parent.contains('.')
                && !parent.contains('*')
                && name.split_once('.').is_some_and(|(label, rest)| {
                    !label.is_empty() && rest.eq_ignore_ascii_case(parent)
                })
        }
    }
}

fn undotted(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcard_stands_for_one_whole_left_most_label() {
        assert!(matches("*.office.example", "portal.office.example"));
        assert!(matches("Portal.Office.Example.", "portal.office.example"));
        for (pattern, name) in [
            ("*.office.example", "office.example"),
            ("*.office.example", "a.portal.office.example"),
            ("*.office.example", ".office.example"),
            ("p*.office.example", "portal.office.example"),
            ("portal.*.example", "portal.office.example"),
            ("*.lan", "printer.lan"),
            ("*", "portal"),
            ("*.office.example", "*.office.example"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
