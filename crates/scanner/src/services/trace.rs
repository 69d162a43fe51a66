//! TRACE and its Microsoft twin TRACK: does the server send our own request back?

use hoshimori_inspection::evidence::{HttpPurpose, Observation};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::http1::Request;

use super::Prober;
use super::channel::WebTarget;
use super::http::Question;

/// Length of the random words.
const WORD: usize = 16;

impl Prober<'_> {
    /// Sends TRACE, TRACK and a method of random letters, each with a token in a header field.
    ///
    /// The path has another random word, so that a page which shows the path does not show the
    /// token. Cookie and Authorization carry the token as `hoshimori=<token>` and
    /// `Hoshimori <token>`: whether they come back tells whether the server strips them.
    pub async fn http_trace(&self, permit: &Permit, web: &WebTarget) -> Vec<Observation> {
        let control = self.web_key(permit, web, "control-trace");
        let random = self.random_method(&control);
        let mut seen = Vec::new();
        for (variant, purpose, method) in [
            ("control-trace", HttpPurpose::ControlMethod, random.as_str()),
            ("trace", HttpPurpose::Trace, "TRACE"),
            ("track", HttpPurpose::Track, "TRACK"),
        ] {
            let key = self.web_key(permit, web, variant);
            let path_key = self.web_key(permit, web, &format!("{variant}/path"));
            let path = format!("/?ck={}", self.tokens.token(&path_key, WORD));
            let token = self.tokens.token(&key, WORD);
            let request = Request::new(method, &path, &web.host)
                .field("X-Hoshimori", &token)
                .field("Cookie", &format!("hoshimori={token}"))
                .field("Authorization", &format!("Hoshimori {token}"));
            let question = Question { key, purpose, web, request, token: Some(token) };
            seen.push(self.ask(permit, question).await);
        }
        seen
    }
}
