//! Databases of Rapid7 recog as a pack.
//!
//! recog (<https://github.com/rapid7/recog>, BSD-2-Clause) is a collection of fingerprints in XML,
//! each with an expression, parameters and examples. A user who has a checkout may import the
//! files of its folder `xml`; nothing of it is in this product. What cannot be used is counted in
//! [`Pack::left_out`], never dropped in silence: databases of texts that no probe collects,
//! expressions that cannot run in linear time, and fingerprints that do not read their own
//! examples here.

mod expression;
mod meaning;
mod xml;

use std::collections::BTreeMap;

use data_encoding::BASE64;
use hoshimori_inspection::evidence::ClueSource;

use crate::error::PackError;
use crate::pack::{self, LeftOut, MAX_PATTERNS, Pack};
use crate::pattern::Pattern;
use xml::{Database, Example, Fingerprint};

/// Which clue each database reads, by its key or, where it has none, by the name of its file.
///
/// Databases of texts that we do not collect are not here: answers to single SMTP commands, raw
/// LDAP messages, parts of other texts (`apache_os`, `operating_system.name`), JARM.
const SOURCES: &[(&str, ClueSource)] = &[
    ("dhcp_vendor_class", ClueSource::DhcpVendorClass),
    ("dns.versionbind", ClueSource::DnsVersion),
    ("favicon.md5", ClueSource::FaviconMd5),
    ("ftp.banner", ClueSource::FtpGreeting),
    ("html_title", ClueSource::HtmlTitle),
    ("http_header.cookie", ClueSource::HttpCookie),
    ("http_header.server", ClueSource::HttpServer),
    ("http_header.wwwauth", ClueSource::HttpChallenge),
    ("http_header.x-powered-by", ClueSource::HttpPoweredBy),
    ("imap4.banner", ClueSource::ImapGreeting),
    ("mysql.banners", ClueSource::MysqlVersion),
    ("mysql.error", ClueSource::MysqlError),
    ("nntp.banner", ClueSource::NntpGreeting),
    ("ntp.readvar", ClueSource::NtpSystem),
    ("pop3.banner", ClueSource::Pop3Greeting),
    ("rtsp_header.server", ClueSource::RtspServer),
    ("sip_header.server", ClueSource::SipServer),
    ("sip_header.user_agent", ClueSource::SipServer),
    ("smb.native_lm", ClueSource::SmbNativeLanMan),
    ("smb.native_os", ClueSource::SmbNativeOs),
    ("smtp.banner", ClueSource::SmtpGreeting),
    ("snmp.sys_description", ClueSource::SnmpSysDescr),
    ("snmp.sys_object_id", ClueSource::SnmpSysObjectId),
    ("ssh.banner", ClueSource::SshSoftware),
    ("telnet_banners", ClueSource::TelnetBanner),
    ("x11.vendor", ClueSource::X11Vendor),
    ("x509.issuer", ClueSource::TlsIssuer),
    ("x509.subject", ClueSource::TlsSubject),
];

/// A pack called `name` from `files` of recog, each with its name.
pub fn import(name: &str, files: &[(&str, &[u8])]) -> Result<Pack, PackError> {
    pack::check_name(name)?;
    let mut patterns = Vec::new();
    let mut left_out = Vec::new();
    for (number, (file, bytes)) in files.iter().enumerate() {
        let database = xml::read(file, pack::text(file, bytes)?)?;
        let stem = file.strip_suffix(".xml").unwrap_or(file);
        let Some(source) = source(&database, stem) else {
            let because = format!("no clue of ours is a `{}`", database.key(stem));
            left_out.push(LeftOut { file: (*file).to_owned(), pattern: None, because });
            continue;
        };
        for (place, fingerprint) in database.fingerprints.iter().enumerate() {
            let id = format!("{stem}:{}", place + 1);
            match pattern(&id, source, number, fingerprint) {
                Ok(pattern) => patterns.push(pattern),
                Err(because) => {
                    left_out.push(LeftOut { file: (*file).to_owned(), pattern: Some(id), because });
                }
            }
            if patterns.len() > MAX_PATTERNS {
                let pack = name.to_owned();
                return Err(PackError::TooManyPatterns { pack, limit: MAX_PATTERNS });
            }
        }
    }
    Pack::assemble(name, patterns, left_out)
}

fn source(database: &Database, stem: &str) -> Option<ClueSource> {
    let key = database.key(stem);
    SOURCES.iter().find(|(known, _)| *known == key).map(|(_, source)| *source)
}

/// The pattern of one fingerprint, or why it cannot be used.
fn pattern(
    id: &str,
    source: ClueSource,
    database: usize,
    fingerprint: &Fingerprint,
) -> Result<Pattern, String> {
    let expression = expression::compile(&fingerprint.expression, &fingerprint.flags);
    let expression = expression.map_err(|fault| match std::error::Error::source(&fault) {
        Some(cause) => last_line(&cause.to_string()),
        None => fault.to_string(),
    })?;
    let meaning = meaning::of(&fingerprint.params).map_err(|fault| fault.to_string())?;
    let pattern = Pattern {
        id: id.to_owned(),
        sources: vec![source],
        database: Some(database),
        confidence: meaning.confidence,
        expression,
        product: meaning.product,
        systems: meaning.system.into_iter().collect(),
        device: meaning.device,
    };
    for example in &fingerprint.examples {
        try_example(&pattern, fingerprint, example)?;
    }
    Ok(pattern)
}

/// Whether `pattern` reads the example and finds in it what the fingerprint's author found.
fn try_example(
    pattern: &Pattern,
    fingerprint: &Fingerprint,
    example: &Example,
) -> Result<(), String> {
    let text = if example.is_base64 {
        let packed: String = example.text.split_ascii_whitespace().collect();
        let bytes = BASE64.decode(packed.as_bytes());
        let bytes = bytes.map_err(|_| "an example is not base64".to_owned())?;
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        example.text.clone()
    };
    let Some(captures) = pattern.expression.captures(&text) else {
        return Err("it does not read its own example here".to_owned());
    };
    let expected: BTreeMap<&str, &str> =
        example.expected.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for param in fingerprint.params.iter().filter(|param| param.group > 0) {
        let found = captures.get(param.group).map_or("", |found| found.as_str());
        if expected.get(param.name.as_str()).is_some_and(|expected| *expected != found) {
            return Err(format!("it finds another `{}` in its own example here", param.name));
        }
    }
    Ok(())
}

/// The last line of an error of the `regex` crate, which draws the expression above it.
fn last_line(text: &str) -> String {
    let line = text.lines().last().unwrap_or(text);
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests;
