use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long connections may take to end before [`Recorder::settle`] gives up.
const SETTLES_WITHIN: Duration = Duration::from_secs(20);
/// Most bytes of one connection that are kept.
const KEPT_BYTES: usize = 64 * 1024;
/// How long a connection may say nothing before it is closed, as daemons close it.
const IDLE: Duration = Duration::from_secs(30);

/// How a [`Recorder`] behaves, always in the same way and without a date.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Manner {
    /// Accepts, reads and never says a word.
    Silent,
    /// A web server that answers TRACE with the request.
    EchoingWeb,
    /// A web server that refuses every method but GET, HEAD and OPTIONS.
    PlainWeb,
}

/// One connection that a [`Recorder`] accepted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Connection {
    /// Who connected.
    pub peer: SocketAddr,
    /// What came, as far as it is kept.
    pub received: Vec<u8>,
}

/// A TCP listener on loopback that writes down every connection; it ends when it is dropped.
#[derive(Debug)]
pub struct Recorder {
    address: SocketAddr,
    log: Arc<Log>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Log {
    state: Mutex<State>,
    changed: Condvar,
    is_over: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    /// In the order in which they were accepted.
    connections: Vec<Connection>,
    /// How many of them are still open.
    open: usize,
}

impl Recorder {
    /// Listens on `port` (0 for a free one) of `address`.
    ///
    /// # Panics
    /// When the port cannot be listened on.
    pub fn listen(address: Ipv4Addr, port: u16, manner: Manner) -> Self {
        let listener = TcpListener::bind((address, port))
            .unwrap_or_else(|error| panic!("cannot listen on {address}:{port}: {error}"));
        let address = listener.local_addr().unwrap_or_else(|error| panic!("{error}"));
        let log = Arc::new(Log::default());
        let acceptor = {
            let log = Arc::clone(&log);
            thread::spawn(move || accept(&listener, &log, manner))
        };
        Self { address, log, acceptor: Some(acceptor) }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// All connections so far, in the order in which they were accepted, without the recorder's
    /// own. Waits until those that were made before the call are accepted and closed, so nobody
    /// else may hold one open.
    ///
    /// # Panics
    /// When a connection stays open.
    pub fn settle(&self) -> Vec<Connection> {
        let own = self.call().and_then(|stream| stream.local_addr().ok());
        let is_own = |connection: &Connection| Some(connection.peer) == own;
        let is_settled =
            |state: &mut State| state.open == 0 && state.connections.iter().any(is_own);
        let state = self.log.state();
        let waited =
            self.log.changed.wait_timeout_while(state, SETTLES_WITHIN, |state| !is_settled(state));
        let (mut state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!timeout.timed_out(), "a connection to {} stays open", self.address);
        state.connections.retain(|connection| !is_own(connection));
        state.connections.clone()
    }

    /// A connection of the recorder to itself: the queue is first come, first served.
    #[expect(clippy::disallowed_methods, reason = "the listener is its own and on loopback")]
    fn call(&self) -> Option<TcpStream> {
        TcpStream::connect(self.address).ok()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.log.is_over.store(true, Ordering::Release);
        drop(self.call());
        if let Some(acceptor) = self.acceptor.take() {
            // A thread that panicked has already said why.
            let _ = acceptor.join();
        }
    }
}

impl Log {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: &TcpListener, log: &Arc<Log>, manner: Manner) {
    // The address comes from `accept`: of a connection that was reset meanwhile nobody else knows it.
    while let Ok((stream, peer)) = listener.accept() {
        if log.is_over.load(Ordering::Acquire) {
            return;
        }
        let mut state = log.state();
        let number = state.connections.len();
        state.connections.push(Connection { peer, received: Vec::new() });
        state.open += 1;
        drop(state);
        let log = Arc::clone(log);
        thread::spawn(move || serve(stream, &log, number, manner));
    }
}

fn serve(mut stream: TcpStream, log: &Log, number: usize, manner: Manner) {
    let received = converse(&mut stream, manner);
    // The peer sees the end of the connection only after it is written down.
    let mut state = log.state();
    if let Some(connection) = state.connections.get_mut(number) {
        connection.received = received;
    }
    state.open -= 1;
    log.changed.notify_all();
    drop(state);
    drop(stream);
}

fn converse(stream: &mut TcpStream, manner: Manner) -> Vec<u8> {
    let mut received = Vec::new();
    if stream.set_read_timeout(Some(IDLE)).is_err() {
        return received;
    }
    let mut is_answered = manner == Manner::Silent;
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return received,
            Ok(length) => {
                received.extend(buffer.iter().take(length));
                received.truncate(KEPT_BYTES);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return received,
        }
        let is_foreign = received.first().is_some_and(|byte| !byte.is_ascii_uppercase());
        let is_whole = received.windows(4).any(|window| window == b"\r\n\r\n");
        if !is_answered && (is_foreign || is_whole) {
            is_answered = true;
            let answer = answer(&received, manner);
            if stream.write_all(&answer).is_err() {
                return received;
            }
            // The answer says `Connection: close`; what the peer still has to say is read.
            let _ = stream.shutdown(std::net::Shutdown::Write);
        }
    }
}

fn answer(request: &[u8], manner: Manner) -> Vec<u8> {
    let text = String::from_utf8_lossy(request);
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    let method = head.split(' ').next().unwrap_or_default();
    let (status, fields, body) = match (method, manner) {
        (foreign, _) if !foreign.starts_with(|first: char| first.is_ascii_uppercase()) => {
            ("400 Bad Request", "Content-Type: text/plain\r\n", "what?\n".to_owned())
        }
        ("GET" | "HEAD", _) => ("200 OK", "Content-Type: text/html\r\n", PAGE.to_owned()),
        ("OPTIONS", _) => ("200 OK", "Allow: GET, HEAD, OPTIONS\r\n", String::new()),
        ("TRACE", Manner::EchoingWeb) => {
            ("200 OK", "Content-Type: message/http\r\n", format!("{head}\r\n"))
        }
        _ => ("501 Not Implemented", "Content-Type: text/plain\r\n", "no\n".to_owned()),
    };
    let length = body.len();
    let body = if method == "HEAD" { "" } else { &body };
    format!(
        "HTTP/1.1 {status}\r\nServer: recorder\r\n{fields}Content-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

const PAGE: &str = "<!doctype html><title>recorder</title>\n";
