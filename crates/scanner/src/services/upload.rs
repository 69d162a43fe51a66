//! Does a web server store what anybody sends? PUT, read back, delete, look again.

use hoshimori_inspection::evidence::{Fact, HttpOutcome, HttpPurpose, Observation, ProbeError};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::http1::Request;

use super::channel::WebTarget;
use super::http::Question;
use super::methods::FOLDERS;
use super::{Exchange, Prober, repeat};

/// Length of the random name and of the text that is stored.
const WORD: usize = 24;

/// Ports that show a host to be a printer: LPD, IPP, raw printing.
const PRINTER_PORTS: [u16; 3] = [515, 631, 9_100];

impl Prober<'_> {
    /// Tries to store one small text file of a random name in each folder, and removes it again.
    ///
    /// Only for a permit that covers it, and never on a printer, which might print the file.
    pub(super) async fn try_uploads(&self, permit: &Permit, web: &WebTarget) -> Vec<Observation> {
        if let Some(port) = self.printer_port(permit, web).await {
            return vec![self.refuse_upload(permit, web, port)];
        }
        let mut seen = Vec::new();
        for folder in FOLDERS {
            seen.extend(self.try_upload(permit, web, folder).await);
        }
        seen
    }

    async fn try_upload(&self, permit: &Permit, web: &WebTarget, folder: &str) -> Vec<Observation> {
        // The name is in the path and the text is not: a page that shows the path shows no proof.
        let name_key = self.web_key(permit, web, &format!("put-name{folder}"));
        let text_key = self.web_key(permit, web, &format!("put{folder}"));
        let path = format!("{folder}{}.txt", self.tokens.token(&name_key, WORD));
        let text = self.tokens.token(&text_key, WORD);
        let ask = |variant: &str, purpose: HttpPurpose, request: Request| {
            let key = self.web_key(permit, web, &format!("{variant}{folder}"));
            let token = Some(text.clone());
            self.ask(permit, Question { key, purpose, web, request, token })
        };
        let put = Request::new("PUT", &path, &web.host)
            .field("Content-Type", "text/plain")
            .body(text.as_bytes());
        let get = Request::new("GET", &path, &web.host);
        let delete = Request::new("DELETE", &path, &web.host);
        let mut seen = vec![ask("put", HttpPurpose::Put, put).await];
        if seen.iter().all(is_refusal) {
            return seen;
        }
        seen.push(ask("put-read-back", HttpPurpose::PutReadBack, get.clone()).await);
        // Also where the file cannot be read back: it may be there all the same.
        seen.push(ask("put-clean-up", HttpPurpose::PutCleanUp, delete).await);
        seen.push(ask("put-gone", HttpPurpose::PutGone, get).await);
        seen
    }

    /// The first port that shows the host to be a printer. Nothing is written to it.
    async fn printer_port(&self, permit: &Permit, web: &WebTarget) -> Option<u16> {
        if PRINTER_PORTS.contains(&web.port) {
            return Some(web.port);
        }
        for port in PRINTER_PORTS {
            if self.gate.connect(permit, port, self.timing.connect).await.is_ok() {
                return Some(port);
            }
        }
        None
    }

    fn refuse_upload(&self, permit: &Permit, web: &WebTarget, port: u16) -> Observation {
        let key = self.web_key(permit, web, "put/");
        let request = Request::new("PUT", "/", &web.host);
        let detail = format!("port {port} shows a printer, which might print a stored file");
        let outcome = Err(ProbeError::NotPermitted { detail });
        let purpose = HttpPurpose::Put;
        let question = Question { key, purpose, web, request, token: None };
        let repeat = repeat::netcat(permit.address(), port);
        self.account_for(permit, question, Exchange::default(), outcome, repeat)
    }
}

/// Whether the server refused for good: nothing was stored, and nothing has to be removed.
fn is_refusal(put: &Observation) -> bool {
    let Fact::Http(fact) = &put.fact else { return false };
    match &fact.outcome {
        HttpOutcome::Response(response) => matches!(response.status, 400..=499 | 501),
        // What failed later than this may have stored the file before it failed.
        HttpOutcome::Failed(error) => matches!(
            error,
            ProbeError::Refused
                | ProbeError::Unreachable
                | ProbeError::NoCommonGround { .. }
                | ProbeError::NotPermitted { .. }
                | ProbeError::Local { .. }
        ),
    }
}
