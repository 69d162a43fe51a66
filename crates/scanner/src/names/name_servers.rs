//! The name servers that this machine uses.

use std::fs::File;
use std::io::{self, Read};
use std::net::IpAddr;

/// Where the system keeps its name servers, and where systemd-resolved keeps those that it asks
/// itself while it puts its own address into the first.
const FILES: [&str; 2] = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"];

/// The most bytes that are read of a file that has a few lines.
const MAX_FILE: u64 = 65_536;

/// The most servers: the system's resolver knows no more (MAXNS of resolv.conf(5)).
const MAX_SERVERS: usize = 3;

/// The name servers of the network that this machine was told.
///
/// Those on this machine itself are left out: they pass questions on to servers of their own
/// choice, which no scope has permitted.
pub fn system_name_servers() -> io::Result<Vec<IpAddr>> {
    for path in FILES {
        let servers = match read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            text => name_servers(&text?),
        };
        if !servers.is_empty() {
            return Ok(servers);
        }
    }
    Ok(Vec::new())
}

fn read(path: &str) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The servers in the text of a resolv.conf(5) that are not this machine, in their order; lines of
/// any other kind are passed over.
pub fn name_servers(text: &str) -> Vec<IpAddr> {
    let servers = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        (words.next()? == "nameserver").then_some(())?;
        words.next()?.parse::<IpAddr>().ok()
    });
    let mut kept = Vec::new();
    for server in servers.take(MAX_SERVERS).map(|server| server.to_canonical()) {
        if !server.is_loopback() && !kept.contains(&server) {
            kept.push(server);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn servers(text: &str) -> Vec<String> {
        name_servers(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn servers_are_read_in_their_order() {
        let text = "# written by NetworkManager\nsearch office.example\n; nameserver 192.0.2.9\n\
                    nameserver\t192.0.2.1  # the router\n nameserver 2001:db8::53\noptions edns0\n";
        assert_eq!(servers(text), ["192.0.2.1", "2001:db8::53"]);
    }

    #[test]
    fn resolvers_of_this_machine_and_repetitions_are_left_out() {
        let text = "nameserver 127.0.0.53\nnameserver ::1\nnameserver ::ffff:127.0.0.1\n";
        assert!(servers(text).is_empty());
        let text = "nameserver 192.0.2.1\nnameserver ::ffff:192.0.2.1\n";
        assert_eq!(servers(text), ["192.0.2.1"]);
    }

    #[test]
    fn no_more_than_three_servers_are_taken() {
        let lines: Vec<_> = (1..=200).map(|host| format!("nameserver 192.0.2.{host}")).collect();
        assert_eq!(servers(&lines.join("\n")), ["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
    }

    #[test]
    fn lines_that_are_no_servers_are_passed_over() {
        let text = "nameserver\nnameservers 192.0.2.1\nnameserver office\nnameserver fe80::1%eth0\n\
                    \0nameserver 192.0.2.1\nname server 192.0.2.1\n";
        assert!(servers(text).is_empty());
    }

    #[test]
    fn the_servers_of_this_machine_can_be_read() {
        assert!(system_name_servers().unwrap().len() <= MAX_SERVERS);
    }

    proptest! {
        #[test]
        fn any_text_gives_a_few_other_machines(text in "(nameserver|[0-9a-f.:]{1,20}|[ \t\n;#]|.){0,40}") {
            let servers = name_servers(&text);
            prop_assert!(servers.len() <= MAX_SERVERS);
            prop_assert!(!servers.iter().any(IpAddr::is_loopback));
        }
    }
}
