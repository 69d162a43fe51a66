use std::time::Duration;

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::http1::{KEPT_BODY, Request, Response, ResponseDecoder};

use super::place::Place;
use super::{Sight, apis, icon};
use crate::services::channel::WebTarget;
use crate::services::{Exchange, Prober};

/// What a look round a web server found.
pub(in crate::services) struct Look {
    /// What it tells about itself.
    pub(in crate::services) clues: Vec<Clue>,
    /// What it asks of its users, where that was seen.
    pub(in crate::services) access: Option<Access>,
    /// The requests besides that for the front page, and their answers.
    pub(in crate::services) exchange: Exchange,
}

impl Look {
    /// What the front page alone tells.
    pub(in crate::services) fn of(front: &Sight<'_>) -> Self {
        Self { clues: front.clues(), access: front.access(), exchange: Exchange::default() }
    }

    fn learn(&mut self, clues: Vec<Clue>) {
        for clue in clues {
            if !self.clues.contains(&clue) {
                self.clues.push(clue);
            }
        }
    }
}

impl Prober<'_> {
    /// Makes the few requests that `front`, the answer of `web` to `GET /`, gives reason to, and
    /// ends at `end` at the latest: one where it leads to, two for icons, one for an API.
    pub(in crate::services) async fn look_round(
        &self,
        permit: &Permit,
        web: &WebTarget,
        front: &Sight<'_>,
        end: Duration,
    ) -> Look {
        let mut look = Look::of(front);
        // A server that is slow to answer is not kept busy for the sake of an icon.
        let end = end.min(self.clock.elapsed() + self.timing.guess * 2);
        let mut walk = Walk { prober: self, permit, end, exchange: Exchange::default() };
        let here = Place::front(web);
        let onward = onward(front).and_then(|leads| here.follow(leads, permit.address()));
        let there = onward.filter(|there| *there != here);
        let answer = match &there {
            Some(there) => walk.fetch(there, KEPT_BODY).await,
            None => None,
        };
        let second = answer.as_ref().map(Sight::of);
        let is_next_door = there.as_ref().is_some_and(|there| !there.shares_door_with(&here));
        let (place, last) = match (&there, &second) {
            (Some(_), Some(second)) if is_next_door => {
                // Its title is that of the whole; its software is told on its own port.
                look.learn(second.page_clues());
                (&here, front)
            }
            (Some(there), Some(second)) => {
                look.learn(second.clues());
                look.access = look.access.or(second.access());
                (there, second)
            }
            _ => (&here, front),
        };
        if last.is_page() {
            for icon in icons(place, last, permit) {
                if let Some(answer) = walk.fetch(&icon, icon::MAX_ICON).await {
                    look.learn(icon::clues(&answer));
                }
            }
        }
        if let Some(api) = apis::pointed_to(&[front, last])
            && let Some(answer) = walk.fetch(&here.at(api.path), KEPT_BODY).await
            && let Some((document, access)) = api.read(&answer)
        {
            look.learn(vec![Clue::new(ClueSource::ApiVersion, &document.text)]);
            look.access = look.access.or(access);
        }
        look.exchange = walk.exchange;
        look
    }
}

/// Where an answer leads to.
fn onward<'a>(sight: &'a Sight<'_>) -> Option<&'a str> {
    match sight.response.head.status {
        301..=303 | 307 | 308 => sight.response.head.field("Location"),
        _ => sight.page.refresh.as_deref(),
    }
}

/// The icons of a page: the one that browsers ask for by themselves, and the one it names.
fn icons(place: &Place, sight: &Sight<'_>, permit: &Permit) -> Vec<Place> {
    let usual = place.at("/favicon.ico");
    let named = sight.page.icon.as_deref().and_then(|icon| place.follow(icon, permit.address()));
    let named = named.filter(|icon| icon.shares_door_with(place) && *icon != usual);
    [usual].into_iter().chain(named).collect()
}

/// Requests to one host, one after the other.
struct Walk<'a> {
    prober: &'a Prober<'a>,
    permit: &'a Permit,
    end: Duration,
    exchange: Exchange,
}

impl Walk<'_> {
    /// Asks for what is at `place`, of which at most `kept` bytes are kept.
    async fn fetch(&mut self, place: &Place, kept: usize) -> Option<Response> {
        let left = self.end.saturating_sub(self.prober.clock.elapsed());
        let request = Request::new("GET", &place.path, &place.web.host).to_bytes().ok()?;
        if left.is_zero() {
            return None;
        }
        let (exchange, answer) = match self.prober.open(self.permit, &place.web, left).await {
            Ok(mut channel) => {
                let decoder = ResponseDecoder::for_method("GET").keeping(kept);
                let first = self.prober.timing.guess;
                let answer = channel.ask_within(&request, decoder, first).await;
                (channel.exchange(), answer)
            }
            Err(none) => (none.exchange, Err(none.error)),
        };
        self.exchange = std::mem::take(&mut self.exchange).followed_by(exchange);
        if answer.as_ref().is_err_and(|error| *error == ProbeError::TimedOut) {
            self.end = Duration::ZERO;
        }
        answer.ok()
    }
}
