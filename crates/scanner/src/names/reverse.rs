//! Names by the PTR records of a name server.

use std::io;
use std::net::{IpAddr, SocketAddr};

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{NameSource, Observation, ProbeError, Text};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;
use hoshimori_wire::app::dns;
use hoshimori_wire::app::dns_pointer::{self, Asked, Pointers};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time;

use super::asking::{Answer, Asking, Heard, NoAnswer};
use super::kept::Kept;
use super::{Found, NameFinder};

/// Where name servers listen.
const PORT: u16 = 53;

/// How many questions a server has to deal with at once. Small routers forward each of them and
/// have room for 150 (the default of dnsmasq, with the clients of the office among them).
const AT_ONCE: usize = 32;

/// RCODE of RFC 1035 section 4.1.1: no error, and no such name.
const ANSWERED: [u16; 2] = [0, 3];

impl NameFinder<'_> {
    /// Asks `servers` for the names of `addresses`: the first one for all, the next one for those
    /// about which the servers before it could say nothing.
    ///
    /// Gives one observation an address, in the order of `addresses`, and none where there is no
    /// server. Packets go to the servers only: an address needs no permit to be asked about.
    pub async fn reverse_dns(&self, servers: &[Permit], addresses: &[IpAddr]) -> Vec<Observation> {
        let mut asked: Vec<Option<Lookup>> = addresses.iter().map(|_| None).collect();
        for server in servers {
            self.ask_server(server, addresses, &mut asked).await;
        }
        let lookups = addresses.iter().zip(asked);
        lookups.filter_map(|(address, asked)| Some(self.named(*address, asked?))).collect()
    }

    /// Asks one server about the addresses that have no answer yet. One that keeps silent about
    /// the first of them is not asked about the others.
    async fn ask_server(
        &self,
        server: &Permit,
        addresses: &[IpAddr],
        asked: &mut [Option<Lookup>],
    ) {
        let mut silence: Option<ProbeError> = None;
        for (addresses, asked) in addresses.chunks(AT_ONCE).zip(asked.chunks_mut(AT_ONCE)) {
            let open = addresses
                .iter()
                .zip(asked)
                .filter(|(_, lookup)| lookup.as_ref().is_none_or(|lookup| !lookup.is_answered()));
            let (addresses, places): (Vec<IpAddr>, Vec<&mut Option<Lookup>>) =
                open.map(|(address, place)| (*address, place)).unzip();
            if let Some(trouble) = &silence {
                for place in places {
                    place.get_or_insert_with(|| self.unasked(server, trouble.clone()));
                }
                continue;
            }
            if addresses.is_empty() {
                continue;
            }
            let lookups = self.look_up(server, &addresses).await;
            if lookups.iter().all(|lookup| lookup.answer.is_none()) {
                silence = lookups.first().and_then(|lookup| lookup.trouble.clone());
            }
            for (place, lookup) in places.into_iter().zip(lookups) {
                let known = place.as_ref().is_some_and(|known| known.answer.is_some());
                if lookup.answer.is_some() || !known {
                    *place = Some(lookup);
                }
            }
        }
    }

    /// Asks one server about a few addresses at once.
    async fn look_up(&self, server: &Permit, addresses: &[IpAddr]) -> Vec<Lookup> {
        let ids: Vec<u16> = addresses.iter().map(|address| self.id_of(*address)).collect();
        let questions = addresses.iter().zip(&ids).map(|(address, id)| {
            dns_pointer::address_question(*id, *address, Asked::NameServer).unwrap_or_default()
        });
        let questions: Vec<Vec<u8>> = questions.collect();
        let asking = Asking {
            gate: self.gate,
            permit: server,
            port: PORT,
            wait: self.wait,
            limit: dns::MAX_MESSAGE,
        };
        let heard = asking
            .ask(&questions, |datagram| {
                let said = Pointers::decode(datagram)?;
                let mut asked = addresses.iter().zip(&ids);
                let place = asked.position(|(address, id)| said.answers(*id, *address));
                Ok((place.ok_or_else(NoAnswer::to_us)?, said))
            })
            .await;
        let Heard { socket, answers, trouble, .. } = heard;
        let mut lookups = Vec::with_capacity(addresses.len());
        // A server that cuts answers off and has no more to say over TCP is believed the first time.
        let mut has_more = true;
        for (question, answer) in questions.into_iter().zip(answers) {
            let answer = match answer {
                Some(answer) if answer.said.is_truncated && has_more => {
                    let whole = self.whole(server, &question, answer).await;
                    has_more = !whole.said.is_truncated;
                    Some(whole)
                }
                answer => answer,
            };
            let trouble = trouble.clone().filter(|_| answer.is_none());
            let server = server.address();
            let seen_at = self.clock.now();
            lookups.push(Lookup { server, seen_at, socket, question, answer, trouble });
        }
        lookups
    }

    /// Asks for an answer over TCP that did not fit into a datagram; keeps the part where that
    /// fails.
    async fn whole(
        &self,
        server: &Permit,
        question: &[u8],
        part: Answer<Pointers>,
    ) -> Answer<Pointers> {
        let Ok(Ok(message)) = time::timeout(self.wait, self.ask_over_tcp(server, question)).await
        else {
            return part;
        };
        match Pointers::decode(&message) {
            Ok(said) if said.id == part.said.id && said.asked == part.said.asked => {
                Answer { datagram: message, said }
            }
            _ => part,
        }
    }

    async fn ask_over_tcp(&self, server: &Permit, question: &[u8]) -> io::Result<Vec<u8>> {
        let connected = self.gate.connect(server, PORT, self.wait).await;
        let mut connection = connected.map_err(|_| io::ErrorKind::NotConnected)?;
        connection.write_all(&dns::to_tcp(question)).await?;
        let length = usize::from(connection.read_u16().await?);
        if length > dns::MAX_MESSAGE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let mut message = vec![0; length];
        connection.read_exact(&mut message).await?;
        Ok(message)
    }

    /// An address that was not asked about, because the server had stopped answering before.
    fn unasked(&self, server: &Permit, trouble: ProbeError) -> Lookup {
        Lookup {
            server: server.address(),
            seen_at: self.clock.now(),
            socket: None,
            question: Vec::new(),
            answer: None,
            trouble: Some(trouble),
        }
    }

    fn id_of(&self, address: IpAddr) -> u16 {
        let key = self.key(Target::host(address), NameSource::ReverseDns);
        self.question_id(&key, "ptr")
    }

    fn named(&self, address: IpAddr, lookup: Lookup) -> Observation {
        let mut names = Kept::default();
        let mut notes = Vec::from([lookup.server_note()]);
        notes.extend(lookup.trouble.as_ref().map(ProbeError::to_text));
        let mut received = Bytes::default();
        if let Some(Answer { datagram, said }) = lookup.answer {
            notes.extend(remark(&said));
            for pointer in &said.pointers {
                names.add(&pointer.name);
            }
            received = Bytes(datagram);
        }
        let found = Found {
            source: NameSource::ReverseDns,
            seen_at: lookup.seen_at,
            socket: lookup.socket,
            sent: Bytes(lookup.question),
            received,
            repeat: format!("dig @{} -x {address}", lookup.server),
            names,
            notes,
        };
        self.observe(Target::host(address), found)
    }
}

/// What became of the question about one address.
struct Lookup {
    server: IpAddr,
    seen_at: Timestamp,
    socket: Option<SocketAddr>,
    question: Vec<u8>,
    answer: Option<Answer<Pointers>>,
    trouble: Option<ProbeError>,
}

impl Lookup {
    /// Whether another server need not be asked.
    fn is_answered(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| ANSWERED.contains(&answer.said.code))
    }

    /// The packets went to somebody else than the target.
    fn server_note(&self) -> Text {
        let server = self.server;
        if self.question.is_empty() {
            return Text::new(
                format!("ネームサーバー{server}が応答しないため、問い合わせなかった"),
                format!("not asked, since the name server {server} does not answer"),
            );
        }
        Text::new(
            format!("ネームサーバー{server}に問い合わせた"),
            format!("the name server {server} was asked"),
        )
    }
}

/// What else an answer tells.
fn remark(said: &Pointers) -> Option<Text> {
    match said.code {
        0 if said.is_truncated => {
            Some(Text::new("応答が途中で切れている", "the answer is cut off"))
        }
        0 if said.pointers.is_empty() => Some(Text::new("名前の登録がない", "it knows no name")),
        0 => None,
        3 => Some(Text::new("登録がない（NXDOMAIN）", "there is no such record (NXDOMAIN)")),
        code => Some(Text::new(
            format!("サーバーが答えられなかった（応答コード{code}）"),
            format!("the server could not tell (response code {code})"),
        )),
    }
}
