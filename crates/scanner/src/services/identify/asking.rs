use std::net::SocketAddr;
use std::time::Duration;

use hoshimori_inspection::evidence::{ProbeError, Protocol};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::http1::{Request, Response, ResponseDecoder};
use hoshimori_wire::app::text;
use hoshimori_wire::app::tls_hello::TlsVersion;

use super::found::{Found, MAX_BANNER, Outcome};
use super::steps::{Step, is_web_port, steps};
use crate::services::channel::{Channel, WebTarget};
use crate::services::claims::Claim;
use crate::services::greeting::{Greeting, mail_or_files, read_greeting};
use crate::services::hello::Offer;
use crate::services::{Exchange, Prober, repeat};

impl Prober<'_> {
    /// Takes one step, for which `left` is all the time there is.
    pub(super) async fn take(
        &self,
        step: Step,
        permit: &Permit,
        port: u16,
        left: Duration,
    ) -> Outcome {
        let timing = &self.timing;
        match step {
            Step::Listen => self.listen(permit, port, timing.banner, left).await,
            Step::ListenLong => self.listen(permit, port, left, left).await,
            Step::Tls => {
                let is_likely = steps(port).front() == Some(&Step::Tls);
                let wait = if is_likely { timing.answer } else { timing.guess };
                self.try_tls(permit, port, wait.min(left), left).await
            }
            Step::TlsLong => self.try_tls(permit, port, left, left).await,
            Step::Http => self.try_http(permit, port, timing.answer.min(left)).await,
            Step::Dns => self.try_dns_tcp(permit, port, timing.guess.min(left)).await.map_or_else(
                |(exchange, error)| Outcome::NotThis(exchange, error),
                |found| Outcome::Found(Box::new(found)),
            ),
        }
    }

    async fn listen(&self, permit: &Permit, port: u16, wait: Duration, left: Duration) -> Outcome {
        let web = bare(permit, port, Wrap::None);
        let mut channel = match self.open(permit, &web, left).await {
            Ok(channel) => channel,
            Err(none) => return Outcome::NotThis(none.exchange, none.error),
        };
        match read_greeting(&mut channel.stream, wait, self.timing.guess).await {
            Ok(Some(greeting)) => {
                Outcome::Found(Box::new(self.greeted(channel, greeting, permit, port).await))
            }
            Ok(None) => Outcome::NotThis(channel.exchange(), ProbeError::TimedOut),
            Err(error) => Outcome::NotThis(channel.exchange(), error),
        }
    }

    /// Names the protocol of a server that spoke first.
    async fn greeted(
        &self,
        mut channel: Channel,
        greeting: Greeting,
        permit: &Permit,
        port: u16,
    ) -> Found {
        let mut trouble = None;
        let (protocol, claim, banner) = match greeting {
            Greeting::Ssh(peer) => (Protocol::Ssh, Claim::from_ssh(&peer), peer.line),
            Greeting::Reply(reply) => {
                let wait = self.timing.guess;
                let protocol = mail_or_files(&mut channel.stream, &reply, port, wait).await;
                (
                    protocol,
                    Claim::from_greeting(&reply),
                    format!("{} {}", reply.code, reply.to_text()),
                )
            }
            Greeting::Other(bytes, ended_by) => {
                trouble = ended_by;
                (Protocol::Unknown, Claim::default(), text::decode(&bytes, MAX_BANNER))
            }
        };
        Found {
            protocol,
            tls: false,
            claim,
            banner: Some(text::decode(banner.as_bytes(), MAX_BANNER)),
            trouble,
            exchange: channel.exchange(),
            repeat: repeat::netcat(permit.address(), port),
        }
    }

    async fn try_http(&self, permit: &Permit, port: u16, allowed: Duration) -> Outcome {
        let web = bare(permit, port, Wrap::None);
        let mut channel = match self.open(permit, &web, allowed).await {
            Ok(channel) => channel,
            Err(none) => return Outcome::NotThis(none.exchange, none.error),
        };
        match get_front(&mut channel, &web).await {
            Ok(response) => {
                let url = format!("http://{}/", SocketAddr::new(permit.address(), port));
                let found = served(&response, channel.exchange(), &url);
                Outcome::Found(Box::new(found))
            }
            Err(error) => Outcome::NotThis(channel.exchange(), error),
        }
    }

    async fn try_tls(&self, permit: &Permit, port: u16, wait: Duration, left: Duration) -> Outcome {
        let began = self.clock.elapsed();
        let offer = Offer { version: TlsVersion::TLS_1_2, server_name: None, allowed: wait };
        let answer = self.say_hello(permit, port, offer).await;
        if !answer.flight.is_tls() {
            return Outcome::NotThis(answer.exchange, answer.trouble.unwrap_or(ProbeError::Closed));
        }
        let left = left.saturating_sub(self.clock.elapsed().saturating_sub(began));
        let inside = self.look_inside(permit, port, left).await;
        Outcome::Found(Box::new(inside.unwrap_or_else(|(exchange, trouble)| Found {
            protocol: Protocol::Tls,
            tls: true,
            claim: Claim::default(),
            banner: None,
            trouble,
            exchange: exchange.unwrap_or(answer.exchange),
            repeat: repeat::openssl(permit.address(), port, None),
        })))
    }

    /// Finds out what is spoken inside TLS: listens where that makes sense, then asks for a page.
    async fn look_inside(
        &self,
        permit: &Permit,
        port: u16,
        left: Duration,
    ) -> Result<Found, (Option<Exchange>, Option<ProbeError>)> {
        let web = bare(permit, port, Wrap::Tls);
        let opened = self.open(permit, &web, left).await;
        let mut channel = opened.map_err(|none| (None, Some(none.error)))?;
        let inside = |found| Found { tls: true, ..found };
        if !is_web_port(port) {
            match read_greeting(&mut channel.stream, self.timing.banner, self.timing.guess).await {
                Ok(Some(greeting)) => {
                    let found = self.greeted(channel, greeting, permit, port).await;
                    let repeat = repeat::openssl(permit.address(), port, None);
                    return Ok(inside(Found { repeat, ..found }));
                }
                Ok(None) => {}
                Err(error) => return Err((Some(channel.exchange()), Some(error))),
            }
        }
        match get_front(&mut channel, &web).await {
            Ok(response) => {
                let url = format!("https://{}/", SocketAddr::new(permit.address(), port));
                Ok(inside(served(&response, channel.exchange(), &url)))
            }
            Err(error) => Err((Some(channel.exchange()), Some(error))),
        }
    }
}

/// The port as something to open, asked for by its address.
fn bare(permit: &Permit, port: u16, wrap: Wrap) -> WebTarget {
    let host = SocketAddr::new(permit.address(), port).to_string();
    WebTarget { port, tls: wrap == Wrap::Tls, host }
}

/// What a connection is wrapped in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Wrap {
    None,
    Tls,
}

async fn get_front(channel: &mut Channel, web: &WebTarget) -> Result<Response, ProbeError> {
    let request = Request::new("GET", "/", &web.host).to_bytes();
    let bytes = request.map_err(|error| ProbeError::Local { detail: error.to_string() })?;
    channel.ask(&bytes, ResponseDecoder::for_method("GET")).await
}

/// A web server, by its answer.
fn served(response: &Response, exchange: Exchange, url: &str) -> Found {
    let server = response.head.field("Server");
    let status = format!("HTTP {} {}", response.head.status, response.head.reason);
    Found {
        protocol: Protocol::Http,
        tls: false,
        claim: server.map(Claim::from_http_server).unwrap_or_default(),
        banner: Some(text::decode(server.unwrap_or(status.trim()).as_bytes(), MAX_BANNER)),
        trouble: None,
        exchange,
        repeat: repeat::command(&["curl", "-k", "-i", "--http1.1", "--max-time", "10", url]),
    }
}
