//! A server on UDP that answers as a test tells it to.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// A running server; it ends with the test.
pub(crate) struct StandIn {
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
    task: JoinHandle<()>,
}

impl StandIn {
    /// Sends what `reply` makes of each datagram to `port` of `address`. `None`, with a message,
    /// where this user may not have the port.
    pub(crate) fn start<F>(address: &str, port: u16, mut reply: F) -> Option<Self>
    where
        F: FnMut(&[u8]) -> Vec<Vec<u8>> + Send + 'static,
    {
        let socket = bind(address, port)?;
        let heard: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let all = heard.clone();
        let task = tokio::spawn(async move {
            let mut buffer = [0; 2_048];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
                let question = &buffer[..length];
                all.lock().unwrap().push(question.to_vec());
                for answer in reply(question) {
                    socket.send_to(&answer, peer).await.unwrap();
                }
            }
        });
        Some(Self { heard, task })
    }

    /// One that says nothing.
    pub(crate) fn silent(address: &str, port: u16) -> Option<Self> {
        Self::start(address, port, |_| Vec::new())
    }

    /// How many datagrams came.
    pub(crate) fn count(&self) -> usize {
        self.heard.lock().unwrap().len()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[expect(clippy::disallowed_methods, reason = "the test plays the server")]
fn bind(address: &str, port: u16) -> Option<UdpSocket> {
    let Ok(socket) = std::net::UdpSocket::bind((address, port)) else {
        println!("skipped: port {port} is taken or needs a privilege");
        return None;
    };
    socket.set_nonblocking(true).unwrap();
    Some(UdpSocket::from_std(socket).unwrap())
}

/// The answer to a DNS question with these `flags` and `records`.
pub(crate) fn answer(question: &[u8], flags: [u8; 2], records: &[Vec<u8>]) -> Vec<u8> {
    let count = u16::try_from(records.len()).unwrap().to_be_bytes();
    let head = [&question[..2], &flags, &[0, 1], &count, &[0; 4]].concat();
    [&head, &question[12..], &records.concat()].concat()
}

/// A PTR record of the name that was asked about.
pub(crate) fn pointer(name: &str) -> Vec<u8> {
    record(&[0xc0, 12], 12, &encoded(name))
}

/// An address record of `owner`.
pub(crate) fn address_record(owner: &str, address: [u8; 4]) -> Vec<u8> {
    record(&encoded(owner), 1, &address)
}

fn record(owner: &[u8], kind: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap().to_be_bytes();
    [owner, &[0, kind, 0, 1, 0, 0, 0, 60], &length, data].concat()
}

fn encoded(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.') {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.bytes());
    }
    bytes.push(0);
    bytes
}

/// The last byte of the address that a question of reverse DNS is about.
pub(crate) fn asked_host(question: &[u8]) -> u8 {
    let length = usize::from(question[12]);
    std::str::from_utf8(&question[13..13 + length]).unwrap().parse().unwrap()
}

/// An address with a port of its own for TCP beside UDP.
pub(crate) fn socket_address(address: &str, port: u16) -> SocketAddr {
    SocketAddr::new(address.parse::<IpAddr>().unwrap(), port)
}
