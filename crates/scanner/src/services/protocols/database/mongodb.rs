//! `MongoDB`: greeting and version are free for everybody, so that a third command has to show
//! whether a stranger is let in.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::bson::{Document, Value};
use hoshimori_wire::app::mongodb::{Answer, Envelope, FIRST_WITH_MESSAGES};

use super::not_this;
use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[27_017, 27_018, 27_019], ask };

/// The error of a server that wants to know who asks (`Unauthorized`).
const UNAUTHORIZED: i64 = 13;

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let mut commands = Commands::begin(talk);
        let greeting = commands.ask(just("isMaster")).await?;
        if greeting.number("maxBsonObjectSize").is_none() || greeting.number("ok") != Some(1) {
            return Err(not_this("its greeting is not that of a server"));
        }
        let newest = greeting.number("maxWireVersion").unwrap_or(0);
        let oldest = greeting.number("minWireVersion").unwrap_or(0);
        if newest >= FIRST_WITH_MESSAGES {
            commands.envelope = Envelope::Message;
        }
        let mut seen = Recognised {
            clues: vec![Clue::new(ClueSource::MongodbVersion, &format!("wire {oldest}-{newest}"))],
            ..Recognised::as_speaking(Protocol::Mongodb)
        };
        if let Err(error) = commands.look_around(&mut seen).await {
            seen.trouble = Some(error);
        }
        Ok(seen)
    })
}

/// A command without arguments.
fn just(name: &str) -> Document {
    Document::default().with(name, Value::Number(1))
}

/// Commands over one connection, each with a number of its own.
struct Commands<'a, 'talk> {
    talk: &'a mut Talk<'talk>,
    envelope: Envelope,
    number: u32,
}

impl<'a, 'talk> Commands<'a, 'talk> {
    fn begin(talk: &'a mut Talk<'talk>) -> Self {
        // Never the zero of a message that answers nothing.
        let number = 0x4d00_0000 | u32::from(talk.number16("mongodb"));
        Self { talk, envelope: Envelope::Query, number }
    }

    /// Version, and whether the names of the databases would be given to a stranger. A filter that
    /// no name passes keeps them out of the answer.
    async fn look_around(&mut self, seen: &mut Recognised) -> Result<(), ProbeError> {
        let build = self.ask(just("buildInfo")).await?;
        if let Some(version) = build.text("version") {
            seen.clues.insert(0, Clue::new(ClueSource::MongodbVersion, version));
            seen.banner = Some(version.to_owned());
        }
        let nobody = Document::default().with("name", Value::Text(self.talk.word("mongodb", 16)));
        let list = just("listDatabases")
            .with("nameOnly", Value::Bool(true))
            .with("filter", Value::Document(nobody));
        let list = self.ask(list).await?;
        seen.access = match (list.number("ok"), list.number("code")) {
            (Some(1), _) => Some(Access::Open),
            (_, Some(UNAUTHORIZED)) => Some(Access::CredentialAsked),
            _ => None,
        };
        Ok(())
    }

    async fn ask(&mut self, command: Document) -> Result<Document, ProbeError> {
        self.number = self.number.wrapping_add(1);
        self.talk.say(&self.envelope.wrap(self.number, command)).await?;
        let answer = self.talk.hear(Answer::decode).await?;
        if answer.answers == self.number {
            Ok(answer.document)
        } else {
            Err(not_this("it answers another command"))
        }
    }
}
