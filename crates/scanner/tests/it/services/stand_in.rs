//! Servers of the tests' own, well-behaved and otherwise.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// A server on loopback that ends with the test.
pub(crate) struct StandIn {
    pub(crate) port: u16,
    connections: Arc<AtomicUsize>,
    received: Arc<Mutex<Vec<u8>>>,
    accepting: JoinHandle<()>,
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl StandIn {
    /// Serves each connection to a free port of 127.78.0.1 with `serve`. That address is ours
    /// alone: scans of other tests do not come by.
    pub(crate) async fn start<F, S>(serve: F) -> Self
    where
        F: Fn(Visit) -> S + Send + 'static,
        S: Future<Output = ()> + Send + 'static,
    {
        Self::start_at("127.78.0.1:0", serve).await
    }

    pub(crate) async fn start_at<F, S>(address: &str, serve: F) -> Self
    where
        F: Fn(Visit) -> S + Send + 'static,
        S: Future<Output = ()> + Send + 'static,
    {
        let address: SocketAddr = address.parse().unwrap();
        let listener = TcpListener::bind(address).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let received = Arc::new(Mutex::new(Vec::new()));
        let (count, all) = (connections.clone(), received.clone());
        let accepting = tokio::spawn(async move {
            let mut visits = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                visits.spawn(serve(Visit { stream, received: all.clone() }));
            }
        });
        Self { port, connections, received, accepting }
    }

    /// One that serves one connection after the other, as small devices do.
    pub(crate) async fn one_at_a_time<F, S>(serve: F) -> Self
    where
        F: Fn(Visit) -> S + Send + 'static,
        S: Future<Output = ()> + Send + 'static,
    {
        let turn = Arc::new(tokio::sync::Mutex::new(()));
        Self::start(move |visit| {
            let (turn, serving) = (turn.clone(), serve(visit));
            async move {
                let _turn = turn.lock().await;
                serving.await;
            }
        })
        .await
    }

    /// A web server with these pages: path and complete response. Others are not found.
    pub(crate) async fn with_pages(pages: Vec<(&'static str, Vec<u8>)>) -> Self {
        let pages = Arc::new(pages);
        Self::start(move |mut visit| {
            let pages = pages.clone();
            async move {
                let Some(request) = visit.read_request().await else { return };
                let page = pages.iter().find(|(path, _)| *path == request.path);
                let missing = response("404 Not Found", "nothing");
                drop(visit.stream.write_all(page.map_or(&missing, |page| &page.1)).await);
            }
        })
        .await
    }

    /// One that says `words` and then listens until the other side closes.
    pub(crate) async fn saying(words: &'static [u8]) -> Self {
        Self::start(move |mut visit| async move {
            drop(visit.stream.write_all(words).await);
            visit.read_to_end().await;
        })
        .await
    }

    /// One that waits for a request and gives `answer`.
    pub(crate) async fn answering(answer: &'static [u8]) -> Self {
        Self::start(move |mut visit| async move {
            if visit.read_request().await.is_some() {
                drop(visit.stream.write_all(answer).await);
            }
        })
        .await
    }

    /// One that gives `answer` to whatever comes first.
    pub(crate) async fn answering_any(answer: &'static [u8]) -> Self {
        Self::start(move |mut visit| async move {
            visit.read().await;
            drop(visit.stream.write_all(answer).await);
        })
        .await
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// All bytes that were received over all connections.
    pub(crate) fn received(&self) -> Vec<u8> {
        self.received.lock().unwrap().clone()
    }
}

/// One connection to a stand-in.
pub(crate) struct Visit {
    pub(crate) stream: TcpStream,
    received: Arc<Mutex<Vec<u8>>>,
}

impl Visit {
    /// The next bytes, noted down; empty at the end.
    pub(crate) async fn read(&mut self) -> Vec<u8> {
        let mut buffer = vec![0; 4_096];
        let count = self.stream.read(&mut buffer).await.unwrap_or(0);
        buffer.truncate(count);
        self.received.lock().unwrap().extend_from_slice(&buffer);
        buffer
    }

    pub(crate) async fn read_to_end(&mut self) {
        while !self.read().await.is_empty() {}
    }

    /// One HTTP request with its body, if the other side sends one.
    pub(crate) async fn read_request(&mut self) -> Option<HttpRequest> {
        let mut bytes = Vec::new();
        loop {
            if let Some(request) = HttpRequest::parse(&bytes) {
                return Some(request);
            }
            let more = self.read().await;
            if more.is_empty() {
                return None;
            }
            bytes.extend(more);
        }
    }
}

/// A request as a simple server sees it.
#[derive(Clone, Debug)]
pub(crate) struct HttpRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl HttpRequest {
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
        let length: usize = head
            .lines()
            .find_map(|line| line.strip_prefix("Content-Length: "))
            .map_or(0, |value| value.parse().unwrap());
        let body = bytes.get(end..end + length)?.to_vec();
        let mut words = head.split(' ');
        let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
        Some(Self { method, path, head, body })
    }
}

/// A complete response that closes the connection.
pub(crate) fn response(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}

/// Writes `piece` again and again until the other side has had enough.
pub(crate) async fn flood(stream: &mut (impl AsyncWrite + Unpin), piece: &[u8]) {
    let piece = piece.repeat(64);
    while stream.write_all(&piece).await.is_ok() {}
}

/// Writes `byte` every now and then until the other side has had enough.
pub(crate) async fn drip(stream: &mut (impl AsyncWrite + Unpin), byte: u8) {
    while stream.write_all(&[byte]).await.is_ok() {
        sleep(Duration::from_millis(40)).await;
    }
}

/// Reads until the other side pauses or closes.
pub(crate) async fn read_some(stream: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let mut buffer = vec![0; 4_096];
    let read = timeout(Duration::from_secs(5), stream.read(&mut buffer)).await;
    buffer.truncate(read.map_or(0, |read| read.unwrap_or(0)));
    buffer
}

/// A TLS acceptor with a fresh self-signed certificate for `name`.
pub(crate) fn acceptor(name: &str) -> TlsAcceptor {
    let certified = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let chain = vec![CertificateDer::from(certified.cert.der().to_vec())];
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
