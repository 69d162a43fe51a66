use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use hoshimori_inspection::evidence::PortSpan;
use hoshimori_pipeline::adhoc::Subject;
use hoshimori_scheme::{Text, shorten};
use ipnet::IpNet;

use crate::failure::Failure;

/// Most addresses that one name may stand for.
const MAX_ADDRESSES_OF_NAME: usize = 16;

/// Reads targets: addresses, CIDR ranges, names, each but ranges with an optional `:port`.
pub(crate) fn parse(targets: &[String]) -> Result<Vec<Subject>, Failure> {
    let mut subjects = Vec::new();
    for target in targets {
        subjects.extend(parse_one(target)?);
    }
    Ok(subjects)
}

fn parse_one(target: &str) -> Result<Vec<Subject>, Failure> {
    if let Ok(address) = target.parse::<IpAddr>() {
        return Ok(vec![subject(address, None, None)]);
    }
    if let Ok(network) = target.parse::<IpNet>() {
        return Ok(vec![Subject { network: network.trunc(), name: None, ports: Vec::new() }]);
    }
    if let Ok(socket) = target.parse::<SocketAddr>() {
        let port = (socket.port() > 0).then(|| socket.port()).ok_or_else(|| wrong(target))?;
        return Ok(vec![subject(socket.ip(), Some(port), None)]);
    }
    let (name, port) = match target.rsplit_once(':') {
        Some((name, port)) => {
            let port: u16 = port.parse().map_err(|_| wrong(target))?;
            (name, Some(port).filter(|port| *port > 0))
        }
        None => (target, None),
    };
    if name.is_empty() || name.contains([':', '/', ' ']) {
        return Err(wrong(target));
    }
    let addresses = (name, port.unwrap_or(0)).to_socket_addrs().map_err(|source| Failure::Io {
        doing: Text::new(
            format!("名前 `{}` のアドレスが分かりません", shorten(name)),
            format!("cannot find the address of `{}`", shorten(name)),
        ),
        source,
    })?;
    let mut subjects: Vec<Subject> = Vec::new();
    for address in addresses.take(MAX_ADDRESSES_OF_NAME) {
        let subject = subject(address.ip(), port, Some(name.to_ascii_lowercase()));
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    Ok(subjects)
}

fn subject(address: IpAddr, port: Option<u16>, name: Option<String>) -> Subject {
    let ports = port.map(|port| PortSpan { first: port, last: port }).into_iter().collect();
    Subject { network: IpNet::from(address.to_canonical()), name, ports }
}

fn wrong(target: &str) -> Failure {
    let shown = shorten(target);
    Failure::Usage(Text::new(
        format!(
            "`{shown}` は対象として読めません。アドレス、範囲 192.168.10.0/24、名前、アドレス:ポート を書きます"
        ),
        format!("`{shown}` is no target; write an address, a range, a name or address:port"),
    ))
}
