//! Which methods a web server takes, declared and real (RFC 9110 section 9).

use hoshimori_inspection::evidence::{HttpPurpose, Observation, ObservationKey};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::http1::Request;

use super::channel::WebTarget;
use super::http::Question;
use super::{Prober, tcp};

/// Where folders that take files are found by habit.
pub(super) const FOLDERS: [&str; 4] = ["/", "/dav/", "/webdav/", "/uploads/"];

/// Length of the name of a file that no server has.
const MISSING_NAME: usize = 16;

/// The name of the probe in keys, shared by everything that asks over HTTP.
pub(super) const PROBE: &str = "http";

impl Prober<'_> {
    /// Asks a web server for its front page and, in many ways, for what it should refuse.
    ///
    /// Every request that could succeed where it must not has a control beside it: the same with a
    /// method of random letters. Files are stored only with the consent for it. Redirects are
    /// never followed.
    pub async fn http_methods(&self, permit: &Permit, web: &WebTarget) -> Vec<Observation> {
        let mut seen = Vec::new();
        for (variant, purpose, method, path) in [
            ("front", HttpPurpose::Front, "GET", "/"),
            ("options", HttpPurpose::Options, "OPTIONS", "/"),
            ("options-server", HttpPurpose::OptionsServer, "OPTIONS", "*"),
        ] {
            let key = self.web_key(permit, web, variant);
            let request = Request::new(method, path, &web.host);
            seen.push(self.ask(permit, Question { key, purpose, web, request, token: None }).await);
        }
        seen.push(self.ask_about_missing_file(permit, web).await);
        seen.push(self.ask_with_random_method(permit, web).await);
        for folder in FOLDERS {
            let key = self.web_key(permit, web, &format!("prop-find{folder}"));
            let request = Request::new("PROPFIND", folder, &web.host).field("Depth", "0");
            let purpose = HttpPurpose::PropFind;
            seen.push(self.ask(permit, Question { key, purpose, web, request, token: None }).await);
        }
        seen.extend(self.try_tunnel(permit, web).await);
        if permit.may_change_state() {
            seen.extend(self.try_uploads(permit, web).await);
        }
        seen
    }

    /// What may be done with a file that does not exist: where files may be stored, that is what
    /// the answer says, while a folder with an index page speaks for that page only.
    async fn ask_about_missing_file(&self, permit: &Permit, web: &WebTarget) -> Observation {
        let key = self.web_key(permit, web, "options-missing");
        let path = format!("/{}", self.tokens.token(&key, MISSING_NAME));
        let request = Request::new("OPTIONS", &path, &web.host);
        let purpose = HttpPurpose::Options;
        self.ask(permit, Question { key, purpose, web, request, token: None }).await
    }

    async fn ask_with_random_method(&self, permit: &Permit, web: &WebTarget) -> Observation {
        let key = self.web_key(permit, web, "control-method");
        let request = Request::new(&self.random_method(&key), "/", &web.host);
        let purpose = HttpPurpose::ControlMethod;
        self.ask(permit, Question { key, purpose, web, request, token: None }).await
    }

    /// A method that no server knows, the same for the same `key`.
    pub(super) fn random_method(&self, key: &ObservationKey) -> String {
        const LENGTH: usize = 12;
        self.tokens.letters(key, LENGTH)
    }

    /// The key of one request to `web`.
    pub(super) fn web_key(
        &self,
        permit: &Permit,
        web: &WebTarget,
        variant: &str,
    ) -> ObservationKey {
        self.key(PROBE, tcp(permit, web.port), variant)
    }
}
