//! Hosts, their ports, and how much can have been missed.

use std::fmt::Write;

use hoshimori_inspection::assessment::{HostRecord, PortRecord, PortState};
use hoshimori_inspection::evidence::{PortSpan, UdpState};
use hoshimori_inspection::inventory::{Confidence, Identity};
use hoshimori_inspection::target::Transport;
use hoshimori_scheme::{Language, Text};

/// More ports in one state than this, without a service, are shown as ranges.
const MOST_LISTED: usize = 100;

/// The hosts that are there, and how many addresses were silent.
pub(crate) fn hosts(hosts: &[HostRecord], language: Language) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail; the result is dropped on purpose.
    let _ = write_hosts(&mut text, hosts, language);
    text.trim_end().to_owned()
}

fn write_hosts(out: &mut String, hosts: &[HostRecord], language: Language) -> std::fmt::Result {
    let is_shown = |host: &&HostRecord| host.alive || host.accuracy.requested > 0;
    for host in hosts.iter().filter(is_shown) {
        write_host(out, host, language)?;
    }
    let silent = hosts.iter().filter(|host| !is_shown(host)).count();
    if silent > 0 {
        let text = Text::new(
            format!("{silent}個のアドレスは応答なし"),
            format!("{silent} addresses did not answer"),
        );
        writeln!(out, "{}", text.in_language(language))?;
    }
    Ok(())
}

fn write_host(out: &mut String, host: &HostRecord, language: Language) -> std::fmt::Result {
    write!(out, "{}", host.address)?;
    for name in &host.names {
        write!(out, "  {} ({})", name.name, name.source.to_text().in_language(language))?;
    }
    for part in [&host.mac, &host.vendor].into_iter().flatten() {
        write!(out, "  {part}")?;
    }
    writeln!(out)?;
    if let Some(identity) = &host.identity {
        write_identity(out, identity, language)?;
    }
    write_accuracy(out, host, language)?;
    for state in [PortState::Open, PortState::Unstable] {
        write_ports(out, host, state)?;
    }
    write_udp(out, host, language)
}

fn write_accuracy(out: &mut String, host: &HostRecord, language: Language) -> std::fmt::Result {
    let accuracy = &host.accuracy;
    let Some(chance) = accuracy.to_text() else { return Ok(()) };
    let unscanned: u32 = accuracy.unscanned.iter().map(|one| one.ports).sum();
    let is_tcp = |port: &&PortRecord| port.protocol == Transport::Tcp;
    let (open, closed) = (host.ports.iter().filter(is_tcp).count(), accuracy.closed);
    let filtered = accuracy.filtered;
    let counts = Text::new(
        format!("開{open} 閉{closed} 無応答{filtered} 未走査{unscanned}"),
        format!("{open} open, {closed} closed, {filtered} no answer, {unscanned} not scanned"),
    );
    write!(out, "  {}  {}", counts.in_language(language), chance.in_language(language))?;
    if let Some(loss) = accuracy.loss.filter(|loss| *loss > 0.0) {
        let percent = loss * 100.0;
        let loss = Text::new(format!("損失{percent:.1}%"), format!("{percent:.1} % lost"));
        write!(out, "  {}", loss.in_language(language))?;
    }
    writeln!(out)?;
    for note in &accuracy.notes {
        writeln!(out, "  ! {}", note.to_text().in_language(language))?;
    }
    Ok(())
}

fn write_ports(out: &mut String, host: &HostRecord, state: PortState) -> std::fmt::Result {
    let word = match state {
        PortState::Open => "open",
        PortState::Unstable => "unstable",
    };
    let ports: Vec<&PortRecord> = host.ports.iter().filter(|port| port.state == state).collect();
    if ports.len() > MOST_LISTED {
        let mut spans = Vec::new();
        for port in &ports {
            PortSpan::push(&mut spans, port.port);
        }
        let spans: Vec<String> = spans.iter().map(PortSpan::to_string).collect();
        return writeln!(out, "  {word} {}", spans.join(","));
    }
    let numbers = column(&ports, |port| format!("{}/{}", port.port, port.protocol.word()));
    let services = column(&ports, |port| port.service.clone().unwrap_or_default());
    for ((port, number), service) in ports.iter().zip(numbers).zip(services) {
        let told = [port.product.as_deref(), port.version.as_deref()];
        let told: Vec<&str> = told.into_iter().flatten().collect();
        let line = format!("{word} {number}  {service}  {}", told.join(" "));
        writeln!(out, "  {}", line.trim_end())?;
    }
    Ok(())
}

/// One column of a table: all cells as wide as the widest.
fn column(ports: &[&PortRecord], cell: impl Fn(&PortRecord) -> String) -> Vec<String> {
    let cells: Vec<String> = ports.iter().map(|port| cell(port)).collect();
    let width = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or_default();
    cells.into_iter().map(|cell| format!("{cell:width$}")).collect()
}

/// What the host is and what it runs, each with how well that is supported.
fn write_identity(out: &mut String, identity: &Identity, language: Language) -> std::fmt::Result {
    if let Some(device) = &identity.device {
        let told = [&device.vendor, &device.model, &device.firmware];
        let told: Vec<&str> = told.into_iter().flatten().map(String::as_str).collect();
        let (label, class) = (Text::new("機器", "device"), device.class.to_text());
        let line = format!(
            "{}: {} {}",
            label.in_language(language),
            class.in_language(language),
            told.join(" ")
        );
        write!(out, "  {}{}", line.trim_end(), supported(device.confidence, language))?;
        match &device.management_url {
            Some(url) => writeln!(out, "  {url}")?,
            None => writeln!(out)?,
        }
    }
    for system in &identity.systems {
        let version = system.version.as_deref().unwrap_or_default();
        let line = format!("OS: {} {version}", system.name);
        writeln!(out, "  {}{}", line.trim_end(), supported(system.confidence, language))?;
    }
    Ok(())
}

/// ` (weak)`, in the language of the reader.
fn supported(confidence: Confidence, language: Language) -> String {
    let confidence = confidence.to_text();
    Text::new(format!("（確度 {}）", confidence.ja), format!(" ({})", confidence.en))
        .in_language(language)
        .to_owned()
}

/// The UDP ports that did not answer, by what came instead.
fn write_udp(out: &mut String, host: &HostRecord, language: Language) -> std::fmt::Result {
    let mut states: Vec<(UdpState, Vec<String>)> = Vec::new();
    for port in &host.udp {
        match states.iter_mut().find(|(state, _)| *state == port.state) {
            Some((_, ports)) => ports.push(port.port.to_string()),
            None => states.push((port.state, vec![port.port.to_string()])),
        }
    }
    for (state, ports) in states {
        let state = state.to_text();
        writeln!(out, "  UDP {}: {}", state.in_language(language), ports.join(", "))?;
    }
    Ok(())
}
