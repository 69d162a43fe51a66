//! Asks the kernel how an address is reached (`rtnetlink(7)`): nothing is sent to the network.

use std::io::{self, Read};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use hoshimori_inspection::scope::Permit;
use hoshimori_wire::link::ethernet::MacAddress;
use hoshimori_wire::{DecodeError, Reader};
use socket2::{Domain, Socket, Type};

use super::{Link, Path};

/// The kernel answers at once; it is never waited for longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// The longest message that is read: a link tells two or three kilobytes about itself.
const LONGEST: usize = 32 * 1024;

/// The most attributes of one message that are looked at: a link has about fifty.
const MAX_ATTRIBUTES: usize = 256;

const RTM_NEWLINK: u16 = 16;
const RTM_GETLINK: u16 = 18;
const RTM_NEWROUTE: u16 = 24;
const RTM_GETROUTE: u16 = 26;
const NLM_F_REQUEST: u16 = 1;
const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_PREFSRC: u16 = 7;
const RTN_UNICAST: u8 = 1;
const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFLA_MTU: u16 = 4;

/// Where packets to the permitted address go; `None` where they stay on this machine, or where
/// there is no route.
pub fn path_to(permit: &Permit) -> io::Result<Option<Path>> {
    let (family, bits, octets) = match permit.address() {
        IpAddr::V4(address) => (libc::AF_INET, 32, address.octets().to_vec()),
        IpAddr::V6(address) => (libc::AF_INET6, 128, address.octets().to_vec()),
    };
    let Ok(family) = u8::try_from(family) else { return Ok(None) };
    let length = u16::try_from(octets.len() + 4).unwrap_or(0);
    let mut body = vec![family, bits, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    body.extend(length.to_ne_bytes());
    body.extend(RTA_DST.to_ne_bytes());
    body.extend(octets);
    let answer = ask(RTM_GETROUTE, RTM_NEWROUTE, &body)?;
    Ok(answer.and_then(|answer| read_path(&answer, permit.address()).ok().flatten()))
}

/// The Ethernet link with the number `index`; `None` where it is not Ethernet (a tunnel, the
/// loopback).
pub fn link(index: u32) -> io::Result<Option<Link>> {
    let mut body = vec![0; 4];
    body.extend(index.to_ne_bytes());
    body.extend([0; 8]);
    let answer = ask(RTM_GETLINK, RTM_NEWLINK, &body)?;
    Ok(answer.and_then(|answer| read_link(&answer, index).ok().flatten()))
}

fn read_path(answer: &[u8], address: IpAddr) -> Result<Option<Path>, DecodeError> {
    let mut reader = Reader::new("route", answer);
    let [_, _, _, _, _, _, _, kind, ..] = reader.array::<12>()?;
    if kind != RTN_UNICAST {
        return Ok(None);
    }
    let (mut source, mut next_hop, mut interface) = (None, address, None);
    for_each_attribute(&mut reader, |kind, value| match kind {
        RTA_OIF => interface = value.try_into().ok().map(u32::from_ne_bytes),
        RTA_GATEWAY => next_hop = to_address(value).unwrap_or(next_hop),
        RTA_PREFSRC => source = to_address(value),
        _ => {}
    })?;
    Ok(source.zip(interface).map(|(source, interface)| Path { source, next_hop, interface }))
}

fn read_link(answer: &[u8], index: u32) -> Result<Option<Link>, DecodeError> {
    let mut reader = Reader::new("link", answer);
    let [_, _, low, high, ..] = reader.array::<16>()?;
    if u16::from_ne_bytes([low, high]) != libc::ARPHRD_ETHER {
        return Ok(None);
    }
    let (mut name, mut station, mut mtu) = (String::new(), None, 1500);
    for_each_attribute(&mut reader, |kind, value| match kind {
        IFLA_ADDRESS => station = value.try_into().ok().map(MacAddress),
        IFLA_IFNAME => {
            String::from_utf8_lossy(value).trim_end_matches('\0').clone_into(&mut name);
        }
        IFLA_MTU => mtu = value.try_into().map_or(mtu, u32::from_ne_bytes),
        _ => {}
    })?;
    Ok(station.map(|station| Link { name, index, station, mtu }))
}

fn to_address(value: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(value).map(|octets| Ipv4Addr::from(octets).into());
    let v6 = <[u8; 16]>::try_from(value).map(|octets| Ipv6Addr::from(octets).into());
    v4.or(v6).ok()
}

/// Walks attributes of `length (2), kind (2), value, padding to a multiple of 4`.
fn for_each_attribute<'a>(
    reader: &mut Reader<'a>,
    mut tell: impl FnMut(u16, &'a [u8]),
) -> Result<(), DecodeError> {
    for _ in 0..MAX_ATTRIBUTES {
        if reader.remaining() < 4 {
            break;
        }
        let length = usize::from(u16::from_ne_bytes(reader.array()?));
        let kind = u16::from_ne_bytes(reader.array()?);
        let value = length.checked_sub(4).ok_or_else(|| reader.invalid("a short attribute"))?;
        tell(kind, reader.take(value)?);
        reader.take((length.next_multiple_of(4) - length).min(reader.remaining()))?;
    }
    Ok(())
}

/// Sends one request and gives the body of its answer; `None` where the kernel says no.
#[expect(clippy::disallowed_methods, reason = "talks to the kernel, not to the network")]
fn ask(request: u16, answer: u16, body: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut socket = Socket::new(Domain::from(libc::AF_NETLINK), Type::RAW, None)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let length = u32::try_from(body.len() + 16).unwrap_or(0);
    let mut message = length.to_ne_bytes().to_vec();
    message.extend(request.to_ne_bytes());
    message.extend(NLM_F_REQUEST.to_ne_bytes());
    message.extend([0; 8]);
    message.extend(body);
    socket.send(&message)?;
    let mut buffer = vec![0; LONGEST];
    let received = socket.read(&mut buffer)?;
    buffer.truncate(received);
    let mut reader = Reader::new("answer of the kernel", &buffer);
    let head: Result<[u8; 16], DecodeError> = reader.array();
    let Ok([_, _, _, _, low, high, ..]) = head else { return Ok(None) };
    let is_answer = u16::from_ne_bytes([low, high]) == answer;
    Ok(is_answer.then(|| reader.rest().to_vec()))
}
