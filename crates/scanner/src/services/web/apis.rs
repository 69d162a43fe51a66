//! APIs that tell their version to whoever knows where to ask.

use hoshimori_inspection::evidence::Access;
use hoshimori_wire::app::http1::Response;

use super::document::Document;
use super::sight::Sight;

/// An API, and what makes one more request worth while.
pub(super) struct Api {
    /// Where it tells its version.
    pub(super) path: &'static str,
    /// Whether an answer points to this API.
    is_likely: fn(&Sight<'_>) -> bool,
    /// Members that its document has.
    members: &'static [&'static str],
    /// What it means when it answers without a credential. `None` where it answers everybody,
    /// and protects only what is behind.
    access: Option<Access>,
}

const APIS: &[Api] = &[
    // Docker and Podman: whoever may ask for the version may start a container.
    Api {
        path: "/version",
        is_likely: |sight| {
            begins(sight, "Server", "Docker/")
                || begins(sight, "Server", "Libpod/")
                || has(sight, "Api-Version")
                || says(sight, "message", "page not found")
        },
        members: &["ApiVersion", "Version"],
        access: Some(Access::Open),
    },
    // Kubernetes, which lets everybody read its version.
    Api {
        path: "/version",
        is_likely: |sight| says(sight, "kind", "Status") || members(sight, &["paths"]),
        members: &["major", "minor", "gitVersion"],
        access: None,
    },
    // etcd, which answers a path that it does not know as every Go program does.
    Api {
        path: "/version",
        is_likely: |sight| {
            sight.response.head.status == 404 && text(sight) == b"404 page not found"
        },
        members: &["etcdserver"],
        access: None,
    },
    // Ollama knows no users.
    Api {
        path: "/api/version",
        is_likely: |sight| text(sight) == b"Ollama is running",
        members: &["version"],
        access: Some(Access::Open),
    },
    // Prometheus answers 401 where a password was set.
    Api {
        path: "/api/v1/status/buildinfo",
        is_likely: |sight| {
            ["/graph", "/query"]
                .iter()
                .any(|page| sight.response.head.field("Location") == Some(page))
        },
        members: &["status", "data"],
        access: Some(Access::Open),
    },
    Api {
        path: "/api/health",
        is_likely: |sight| sight.page.title.as_deref() == Some("Grafana"),
        members: &["database", "version"],
        access: None,
    },
    // Jupyter.
    Api {
        path: "/api",
        is_likely: |sight| begins(sight, "Server", "TornadoServer/"),
        members: &["version"],
        access: None,
    },
    // Gitea and Forgejo.
    Api {
        path: "/api/v1/version",
        is_likely: |sight| {
            let mut fields = sight.response.head.fields.iter();
            fields.any(|(name, value)| {
                name.eq_ignore_ascii_case("Set-Cookie")
                    && (value.starts_with("i_like_gitea=") || value.starts_with("i_like_forgejo="))
            })
        },
        members: &["version"],
        access: None,
    },
];

/// The API that one of these answers points to.
pub(super) fn pointed_to(sights: &[&Sight<'_>]) -> Option<&'static Api> {
    APIS.iter().find(|api| sights.iter().any(|sight| (api.is_likely)(sight)))
}

impl Api {
    /// The document in `answer`, if it is that of this API, and what it says about access.
    pub(super) fn read(&self, answer: &Response) -> Option<(Document, Option<Access>)> {
        let document = Document::parse(&answer.content()).filter(|_| answer.head.status == 200)?;
        document.has(self.members).then_some((document, self.access))
    }
}

/// Whether a document at `/` is one that its server keeps for people with a password, if it was
/// given any: Elasticsearch and `OpenSearch`.
pub(super) fn is_open_door(document: &Document) -> bool {
    document.has(&["cluster_name", "version", "tagline"])
}

fn begins(sight: &Sight<'_>, field: &str, beginning: &str) -> bool {
    sight.response.head.field(field).is_some_and(|value| value.starts_with(beginning))
}

fn has(sight: &Sight<'_>, field: &str) -> bool {
    sight.response.head.field(field).is_some()
}

fn members(sight: &Sight<'_>, names: &[&str]) -> bool {
    sight.document.as_ref().is_some_and(|document| document.has(names))
}

fn says(sight: &Sight<'_>, name: &str, word: &str) -> bool {
    sight.document.as_ref().and_then(|document| document.word(name)) == Some(word)
}

fn text<'a>(sight: &'a Sight<'_>) -> &'a [u8] {
    sight.content.trim_ascii()
}

#[cfg(test)]
mod tests {
    use hoshimori_wire::app::http1::ResponseDecoder;

    use super::*;

    fn response(bytes: &str) -> Response {
        let mut decoder = ResponseDecoder::for_method("GET");
        decoder.push(bytes.replace('\n', "\r\n").as_bytes()).unwrap();
        decoder.finish().unwrap()
    }

    fn path(answer: &str) -> Option<&'static str> {
        let response = response(answer);
        pointed_to(&[&Sight::of(&response)]).map(|api| api.path)
    }

    #[test]
    fn only_an_answer_that_points_to_an_api_makes_another_request() {
        for (answer, expected) in [
            ("HTTP/1.1 404 x\nServer: Docker/20.10.24 (linux)\n\n", Some("/version")),
            ("HTTP/1.1 404 x\n\n{\"message\":\"page not found\"}", Some("/version")),
            ("HTTP/1.1 403 x\n\n{\"kind\":\"Status\",\"code\":403}", Some("/version")),
            ("HTTP/1.1 404 x\n\n404 page not found\n", Some("/version")),
            ("HTTP/1.1 200 x\n\nOllama is running", Some("/api/version")),
            ("HTTP/1.1 302 x\nLocation: /graph\n\n", Some("/api/v1/status/buildinfo")),
            ("HTTP/1.1 200 x\n\n<title>Grafana</title>", Some("/api/health")),
            ("HTTP/1.1 302 x\nServer: TornadoServer/6.2\n\n", Some("/api")),
            ("HTTP/1.1 200 x\nSet-Cookie: i_like_gitea=1\n\n", Some("/api/v1/version")),
            ("HTTP/1.1 200 x\nServer: nginx\n\n404 page not found", None),
            ("HTTP/1.1 404 x\nServer: nginx\n\n<title>404 Not Found</title>", None),
        ] {
            assert_eq!(path(answer), expected, "{answer}");
        }
    }

    #[test]
    fn the_document_has_to_be_that_of_the_api() {
        let front = response("HTTP/1.1 404 x\nServer: Docker/20.10.24 (linux)\n\n");
        let docker = pointed_to(&[&Sight::of(&front)]).unwrap();
        let answer =
            response("HTTP/1.1 200 x\n\n{\"Version\":\"20.10.24\",\"ApiVersion\":\"1.41\"}");
        assert_eq!(docker.read(&answer).unwrap().1, Some(Access::Open));
        for other in [
            "HTTP/1.1 401 x\n\n{\"Version\":\"20.10.24\",\"ApiVersion\":\"1.41\"}",
            "HTTP/1.1 200 x\n\n{\"version\":\"1\"}",
            "HTTP/1.1 200 x\n\n<html>",
        ] {
            assert!(docker.read(&response(other)).is_none(), "{other}");
        }
    }

    #[test]
    fn a_search_engine_that_introduces_itself_is_open() {
        let json = "{\"name\":\"a\",\"cluster_name\":\"b\",\"version\":{},\"tagline\":\"c\"}";
        let open = response(&format!("HTTP/1.1 200 x\nContent-Type: application/json\n\n{json}"));
        assert_eq!(Sight::of(&open).access(), Some(Access::Open));
        let closed = response(&format!("HTTP/1.1 401 x\n\n{json}"));
        assert_eq!(Sight::of(&closed).access(), Some(Access::CredentialAsked));
        let couch = response("HTTP/1.1 200 x\n\n{\"couchdb\":\"Welcome\",\"version\":\"3.3.3\"}");
        assert_eq!(Sight::of(&couch).access(), None);
    }
}
