//! From the raw tables to a valid [`InspectionFile`].

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::num::NonZeroU32;

use hoshimori_scheme::{InputError, TargetLevel, Text, TomlSource, shorten};
use ipnet::IpNet;
use toml::Spanned;

use super::raw;
use super::{
    DEFAULT_FRAGILE_PACKETS_PER_SECOND, DEFAULT_PACKETS_PER_SECOND, Facility, Header,
    InspectionBody, InspectionFile, MAX_PACKETS_PER_SECOND, Pace, SeenFrom, Segment, WifiFiles,
};
use crate::host::KnownHost;
use crate::input::Source;
use crate::scope::{Authorization, Scope};

pub(super) fn parse(file: &str, text: &str) -> Result<InspectionFile, InputError> {
    let source = Source { toml: TomlSource { file, text } };
    source.toml.check_size()?;
    let raw: raw::Document = source.toml.read()?;
    let authorization = source.authorization(&raw.authorization)?;
    let scope = Scope::new(authorization.clone());
    let segments = source.segments(&raw, &scope)?;
    Ok(InspectionFile {
        inspection: source.header(&raw.inspection)?,
        facility: Facility {
            name: source.text("facility.name", &raw.facility.name)?,
            operator: source.text("facility.operator", &raw.facility.operator)?,
            address: source.text("facility.address", &raw.facility.address)?,
            kind: raw.facility.kind,
        },
        inspection_body: source.body(&raw.inspection_body)?,
        authorization,
        segments,
        hosts: source.hosts(&raw.host, &scope)?,
        dns_zones: source.zones(&raw.dns.zones)?,
        pace: source.pace(&raw.pace)?,
        wifi: WifiFiles {
            captures: source.paths("wifi.captures", &raw.wifi.captures)?,
            site: source.optional_path("wifi.site", raw.wifi.site.as_ref())?,
        },
        audit_answers: source.optional_path("audit.answers", raw.audit.answers.as_ref())?,
        recorded_tests: source.optional_path("tests.recorded", raw.tests.recorded.as_ref())?,
        review: source.optional_path("review.decisions", raw.review.decisions.as_ref())?,
    })
}

impl Source<'_> {
    fn header(&self, raw: &raw::Header) -> Result<Header, InputError> {
        let level = &raw.target_level;
        let target_level: TargetLevel = level.get_ref().parse().map_err(|_| {
            self.fault(
                level.span(),
                "inspection.target_level",
                format!("`{}` という認証レベルはありません", shorten(level.get_ref())),
                format!("`{}` is not a level", shorten(level.get_ref())),
            )
            .with_hint(Text::new("書けるのは `★` `★★` `★★★`", "allowed: `★`, `★★`, `★★★`"))
        })?;
        Ok(Header {
            number: self.text("inspection.number", &raw.number)?,
            scheme: self.text("inspection.scheme", &raw.scheme)?,
            target_level,
        })
    }

    fn body(&self, raw: &raw::InspectionBody) -> Result<InspectionBody, InputError> {
        let key = "inspection_body.inspectors";
        let mut inspectors = Vec::new();
        for name in self.filled(key, &raw.inspectors)? {
            inspectors.push(self.text(key, name)?);
        }
        Ok(InspectionBody {
            name: self.text("inspection_body.name", &raw.name)?,
            audit_registration: self
                .text("inspection_body.audit_registration", &raw.audit_registration)?,
            assessment_registration: self
                .text("inspection_body.assessment_registration", &raw.assessment_registration)?,
            inspectors,
        })
    }

    fn authorization(&self, raw: &raw::Authorization) -> Result<Authorization, InputError> {
        let valid_from = self.time("authorization.valid_from", &raw.valid_from)?;
        let valid_until = self.time("authorization.valid_until", &raw.valid_until)?;
        if valid_until <= valid_from {
            return Err(self.fault(
                raw.valid_until.span(),
                "authorization.valid_until",
                "終わりの時刻が始まりの時刻より後になっていません",
                "the end is not after the beginning",
            ));
        }
        let key = "authorization.networks";
        let networks = self.networks(key, self.filled(key, &raw.networks)?)?;
        let exclude = self.networks("authorization.exclude", &raw.exclude)?;
        for (index, (excluded, written)) in exclude.iter().zip(&raw.exclude).enumerate() {
            let meets = |other: &IpNet| other.contains(excluded) || excluded.contains(other);
            let before: Vec<IpNet> = exclude.iter().take(index).copied().collect();
            if let Some(other) = before.iter().find(|other| meets(other)) {
                return Err(self.fault(
                    written.span(),
                    "authorization.exclude",
                    format!("除外範囲 {excluded} が別の除外範囲 {other} と重なっています"),
                    format!("the excluded range {excluded} overlaps the excluded range {other}"),
                ));
            }
            if !networks.iter().any(|network| network.contains(excluded)) {
                return Err(self
                    .fault(
                        written.span(),
                        "authorization.exclude",
                        format!("除外範囲 {excluded} は同意された範囲の中に収まっていません"),
                        format!("the excluded range {excluded} is not inside the networks"),
                    )
                    .with_hint(Text::new(
                        "除外できるのは authorization.networks の内側だけです。書き誤りがないか確かめてください",
                        "only parts of authorization.networks can be excluded; check for a slip",
                    )));
            }
        }
        Ok(Authorization {
            granted_by: self.text("authorization.granted_by", &raw.granted_by)?,
            valid_from,
            valid_until,
            networks,
            exclude,
            state_changing_probes: raw.state_changing_probes,
            default_credentials: raw.default_credentials,
        })
    }

    fn segments(&self, raw: &raw::Document, scope: &Scope) -> Result<Vec<Segment>, InputError> {
        if raw.segment.is_empty() {
            return Err(InputError::whole_file(
                self.toml.file,
                Text::new("[[segment]] が一つもありません", "there is no [[segment]]"),
            )
            .with_hint(Text::new(
                "検査するネットワークを [[segment]] に name, role, networks, vantage で書いてください",
                "describe each network in a [[segment]] with name, role, networks and vantage",
            )));
        }
        let mut names = BTreeSet::new();
        let mut segments: Vec<Segment> = Vec::new();
        for segment in &raw.segment {
            let name = self.text("segment.name", &segment.name)?;
            if !names.insert(name.clone()) {
                return Err(self.fault(
                    segment.name.span(),
                    "segment.name",
                    format!("`{name}` という区画が二つあります"),
                    format!("there are two segments called `{name}`"),
                ));
            }
            let written = self.filled("segment.networks", &segment.networks)?;
            let networks = self.networks("segment.networks", written)?;
            for (network, written) in networks.iter().zip(written) {
                self.check_segment_network(*network, written, scope, &segments)?;
            }
            let vantage = self.text("segment.vantage", &segment.vantage)?;
            let seen_from =
                if vantage == "local" { SeenFrom::Local } else { SeenFrom::Agent(vantage) };
            segments.push(Segment { name, role: segment.role, networks, seen_from });
        }
        Ok(segments)
    }

    fn check_segment_network(
        &self,
        network: IpNet,
        written: &Spanned<String>,
        scope: &Scope,
        others: &[Segment],
    ) -> Result<(), InputError> {
        let consented = &scope.authorization().networks;
        if !consented.iter().any(|outer| outer.contains(&network)) {
            return Err(self
                .fault(
                    written.span(),
                    "segment.networks",
                    format!("{network} は同意された範囲の外です"),
                    format!("{network} is outside the authorised networks"),
                )
                .with_hint(Text::new(
                    "authorization.networks に含まれる範囲だけを書けます",
                    "a segment must lie inside authorization.networks",
                )));
        }
        let overlap = others.iter().find(|other| {
            other.networks.iter().any(|net| net.contains(&network) || network.contains(net))
        });
        if let Some(other) = overlap {
            return Err(self.fault(
                written.span(),
                "segment.networks",
                format!("{network} は区画 `{}` と重なっています", other.name),
                format!("{network} overlaps segment `{}`", other.name),
            ));
        }
        Ok(())
    }

    fn hosts(&self, raw: &[raw::Host], scope: &Scope) -> Result<Vec<KnownHost>, InputError> {
        let mut hosts: Vec<KnownHost> = Vec::new();
        for host in raw {
            let written = host.address.get_ref();
            let fault = |ja: String, en: String| {
                Err(self.fault(host.address.span(), "host.address", ja, en))
            };
            let Ok(address) = written.parse::<IpAddr>().map(|address| address.to_canonical())
            else {
                let shown = shorten(written);
                return fault(
                    format!("`{shown}` はIPアドレスではありません"),
                    format!("`{shown}` is not an IP address"),
                );
            };
            if !scope.contains(address) {
                return fault(
                    format!("{address} は同意された範囲の外か、除外されています"),
                    format!("{address} is outside the authorised networks or excluded"),
                );
            }
            if hosts.iter().any(|other| other.address == address) {
                return fault(
                    format!("{address} の [[host]] が二つあります"),
                    format!("there are two [[host]] entries for {address}"),
                );
            }
            let mut names = Vec::new();
            for name in &host.names {
                names.push(self.dns_name("host.names", name)?);
            }
            let expected_tcp = host
                .expected_tcp
                .as_ref()
                .map(|ports| ports.iter().map(|port| *port.get_ref()).collect());
            hosts.push(KnownHost { address, names, facing: host.facing, expected_tcp });
        }
        Ok(hosts)
    }

    fn zones(&self, raw: &[Spanned<String>]) -> Result<Vec<String>, InputError> {
        raw.iter().map(|zone| self.dns_name("dns.zones", zone)).collect()
    }

    fn pace(&self, raw: &raw::Pace) -> Result<Pace, InputError> {
        Ok(Pace {
            max_packets_per_second: self.packets(
                "pace.max_packets_per_second",
                raw.max_packets_per_second.as_ref(),
                DEFAULT_PACKETS_PER_SECOND,
            )?,
            fragile_packets_per_second: self.packets(
                "pace.fragile_packets_per_second",
                raw.fragile_packets_per_second.as_ref(),
                DEFAULT_FRAGILE_PACKETS_PER_SECOND,
            )?,
        })
    }

    fn packets(
        &self,
        key: &str,
        raw: Option<&Spanned<u32>>,
        default: u32,
    ) -> Result<NonZeroU32, InputError> {
        let number = raw.map_or(default, |written| *written.get_ref());
        match NonZeroU32::new(number) {
            Some(packets) if number <= MAX_PACKETS_PER_SECOND => Ok(packets),
            _ => Err(self.fault(
                raw.map_or(0..0, Spanned::span),
                key,
                format!("毎秒{number}個は許される範囲の外です（1～{MAX_PACKETS_PER_SECOND}）"),
                format!("{number} packets per second is not within 1 to {MAX_PACKETS_PER_SECOND}"),
            )),
        }
    }
}

impl Source<'_> {
    fn networks(&self, key: &str, raw: &[Spanned<String>]) -> Result<Vec<IpNet>, InputError> {
        raw.iter().map(|written| self.network(key, written)).collect()
    }

    fn network(&self, key: &str, written: &Spanned<String>) -> Result<IpNet, InputError> {
        let text = written.get_ref().trim();
        let parsed = text
            .parse::<IpNet>()
            .or_else(|error| text.parse::<IpAddr>().map(IpNet::from).map_err(|_| error));
        let Ok(network) = parsed else {
            let shown = shorten(text);
            return Err(self
                .fault(
                    written.span(),
                    key,
                    format!("`{shown}` はネットワークの範囲ではありません"),
                    format!("`{shown}` is not a network range"),
                )
                .with_hint(Text::new(
                    "`192.168.10.0/24` または一台の `192.168.10.5` のように書きます",
                    "write `192.168.10.0/24`, or `192.168.10.5` for one host",
                )));
        };
        if network.addr() != network.network() {
            return Err(self
                .fault(
                    written.span(),
                    key,
                    format!("`{network}` は範囲の先頭のアドレスになっていません"),
                    format!("`{network}` has host bits set"),
                )
                .with_hint(Text::new(
                    format!("`{}` のことですか", network.trunc()),
                    format!("did you mean `{}`?", network.trunc()),
                )));
        }
        Ok(network)
    }

    /// A DNS name as RFC 1123 section 2.1 has it, with underscores allowed.
    fn dns_name(&self, key: &str, raw: &Spanned<String>) -> Result<String, InputError> {
        let name = raw.get_ref().trim().trim_end_matches('.').to_ascii_lowercase();
        let is_label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if name.len() <= 253 && name.split('.').all(is_label) {
            return Ok(name);
        }
        let shown = shorten(raw.get_ref());
        Err(self.fault(
            raw.span(),
            key,
            format!("`{shown}` はDNSの名前ではありません"),
            format!("`{shown}` is not a DNS name"),
        ))
    }
}
