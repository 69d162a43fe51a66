//! Asks the kernel how an address is reached (`rtnetlink(7)`): nothing is sent to the network.

use std::io::{self, Read};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use hoshimori_inspection::scope::Permit;
use hoshimori_wire::link::ethernet::MacAddress;
use hoshimori_wire::{DecodeError, Reader};
use ipnet::IpNet;
use libc::c_int;
use socket2::{Domain, Socket, Type};

use super::{Link, Path};

/// The kernel answers at once; it is never waited for longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// The longest message that is read: a link tells two or three kilobytes about itself.
const LONGEST: usize = 32 * 1024;

/// The most attributes of one message that are looked at: a link has about fifty.
const MAX_ATTRIBUTES: usize = 256;

/// The most datagrams of one list: hundreds of thousands of routes.
const MAX_DATAGRAMS: usize = 4_096;

const RTM_NEWLINK: u16 = 16;
const RTM_GETLINK: u16 = 18;
const RTM_NEWADDR: u16 = 20;
const RTM_GETADDR: u16 = 22;
const RTM_NEWROUTE: u16 = 24;
const RTM_GETROUTE: u16 = 26;
const NLMSG_DONE: u16 = 3;
const NLM_F_REQUEST: u16 = 1;
const NLM_F_DUMP_INTR: u16 = 0x10;
const NLM_F_DUMP: u16 = 0x300;
const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_PREFSRC: u16 = 7;
const RTA_VIA: u16 = 18;
const RTN_UNICAST: u8 = 1;
const RT_TABLE_LOCAL: u8 = 255;
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
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

/// This machine's addresses, each with the number of its interface and the length of its prefix.
pub fn addresses() -> io::Result<Vec<(u32, IpNet)>> {
    dump(RTM_GETADDR, RTM_NEWADDR, &[0; 8], read_address)
}

/// What the routes say is on a link and no router away, with the number of its interface: the
/// prefixes of this machine's addresses, and those of which only a router or the operator told.
pub fn on_link() -> io::Result<Vec<(u32, IpNet)>> {
    dump(RTM_GETROUTE, RTM_NEWROUTE, &[0; 12], read_on_link)
}

fn read_address(answer: &[u8]) -> Result<Option<(u32, IpNet)>, DecodeError> {
    let mut reader = Reader::new("address", answer);
    let [_, bits, _, _, index @ ..] = reader.array::<8>()?;
    let (mut own, mut other) = (None, None);
    for_each_attribute(&mut reader, |kind, value| match kind {
        IFA_LOCAL => own = to_address(value),
        IFA_ADDRESS => other = to_address(value),
        _ => {}
    })?;
    let prefix = own.or(other).and_then(|address| IpNet::new(address, bits).ok());
    Ok(prefix.map(|prefix| (u32::from_ne_bytes(index), prefix)))
}

fn read_on_link(answer: &[u8]) -> Result<Option<(u32, IpNet)>, DecodeError> {
    let mut reader = Reader::new("route", answer);
    let [family, bits, _, _, table, _, _, kind, ..] = reader.array::<12>()?;
    if kind != RTN_UNICAST || table == RT_TABLE_LOCAL {
        return Ok(None);
    }
    let all: IpAddr = match c_int::from(family) {
        libc::AF_INET => Ipv4Addr::UNSPECIFIED.into(),
        libc::AF_INET6 => Ipv6Addr::UNSPECIFIED.into(),
        _ => return Ok(None),
    };
    let (mut address, mut interface, mut is_routed) = (all, None, false);
    for_each_attribute(&mut reader, |kind, value| match kind {
        RTA_DST => address = to_address(value).unwrap_or(all),
        RTA_OIF => interface = value.try_into().ok().map(u32::from_ne_bytes),
        RTA_GATEWAY | RTA_VIA => is_routed = true,
        _ => {}
    })?;
    let prefix = IpNet::new(address, bits).ok().filter(|_| !is_routed);
    Ok(interface.zip(prefix))
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
fn ask(request: u16, answer: u16, body: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let mut socket = send(request, NLM_F_REQUEST, body)?;
    let mut buffer = vec![0; LONGEST];
    let received = socket.read(&mut buffer)?;
    buffer.truncate(received);
    let mut reader = Reader::new("answer of the kernel", &buffer);
    let head: Result<[u8; 16], DecodeError> = reader.array();
    let Ok([_, _, _, _, low, high, ..]) = head else { return Ok(None) };
    let is_answer = u16::from_ne_bytes([low, high]) == answer;
    Ok(is_answer.then(|| reader.rest().to_vec()))
}

/// Asks for a list, and gives what `read` finds in its parts. It is whole, or this fails.
fn dump<T>(
    request: u16,
    answer: u16,
    body: &[u8],
    read: fn(&[u8]) -> Result<Option<T>, DecodeError>,
) -> io::Result<Vec<T>> {
    let mut socket = send(request, NLM_F_REQUEST | NLM_F_DUMP, body)?;
    let mut found = Vec::new();
    let mut buffer = vec![0; LONGEST];
    for _ in 0..MAX_DATAGRAMS {
        let received = socket.read(&mut buffer)?;
        let datagram = buffer.get(..received).unwrap_or(&buffer);
        let mut reader = Reader::new("list of the kernel", datagram);
        while reader.remaining() > 0 {
            let (head, part) = read_message(&mut reader).map_err(io::Error::other)?;
            match head.kind {
                NLMSG_DONE => return Ok(found),
                _ if head.flags & NLM_F_DUMP_INTR != 0 => {
                    return Err(io::Error::other("the list changed while it was read"));
                }
                kind if kind == answer => found.extend(read(part).map_err(io::Error::other)?),
                _ => return Err(io::Error::other("the kernel gives no list")),
            }
        }
    }
    Err(io::Error::other("the list of the kernel is too long"))
}

/// The head of a message of the kernel.
struct Head {
    kind: u16,
    flags: u16,
}

/// Reads `length (4), kind (2), flags (2), number (4), sender (4), body, padding`.
fn read_message<'a>(reader: &mut Reader<'a>) -> Result<(Head, &'a [u8]), DecodeError> {
    let length = usize::try_from(u32::from_ne_bytes(reader.array()?)).unwrap_or(0);
    let (kind, flags) = (reader.array()?, reader.array()?);
    reader.array::<8>()?;
    let body = length.checked_sub(16).ok_or_else(|| reader.invalid("a short message"))?;
    let body = reader.take(body)?;
    reader.take((length.next_multiple_of(4) - length).min(reader.remaining()))?;
    Ok((Head { kind: u16::from_ne_bytes(kind), flags: u16::from_ne_bytes(flags) }, body))
}

/// Sends one request to the kernel and gives the socket on which it answers.
#[expect(clippy::disallowed_methods, reason = "talks to the kernel, not to the network")]
fn send(request: u16, flags: u16, body: &[u8]) -> io::Result<Socket> {
    let socket = Socket::new(Domain::from(libc::AF_NETLINK), Type::RAW, None)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let length = u32::try_from(body.len() + 16).unwrap_or(0);
    let mut message = length.to_ne_bytes().to_vec();
    message.extend(request.to_ne_bytes());
    message.extend(flags.to_ne_bytes());
    message.extend([0; 8]);
    message.extend(body);
    socket.send(&message)?;
    Ok(socket)
}
