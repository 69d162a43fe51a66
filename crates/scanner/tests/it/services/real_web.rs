//! What real web servers, proxies and APIs tell.

use hoshimori_inspection::evidence::{Access, ClueSource, Observation, Protocol};
use hoshimori_scanner::Breadth;

use super::bench::{Bench, LONG, clues, service};
use super::daemon::{Daemon, Folder, free_port, program};

async fn identify(server: &Daemon) -> Observation {
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    let seen = bench.prober(LONG).identify(&permit, server.port, Breadth::Every).await;
    assert_eq!((service(&seen).protocol, service(&seen).tls), (Protocol::Http, false));
    seen
}

#[tokio::test]
async fn lighttpd_shows_its_page_and_its_icon() {
    let Some(program) = program("lighttpd") else { return };
    let (folder, port) = (Folder::new(), free_port());
    let (page, _, _) = encoding_rs::SHIFT_JIS.encode("<title>会議室予約ｼｽﾃﾑ</title>");
    std::fs::write(folder.file("index.html"), &page).unwrap();
    std::fs::write(folder.file("favicon.ico"), b"abc").unwrap();
    let root = folder.path().display().to_string();
    let text = format!(
        "server.document-root = \"{root}\"\nserver.bind = \"127.78.0.1\"\nserver.port = {port}\n\
         index-file.names = (\"index.html\")\n\
         mimetype.assign = (\".html\" => \"text/html\", \".ico\" => \"image/x-icon\")\n"
    );
    let config = folder.write("lighttpd.conf", &text);
    let server = Daemon::start(&program, ["-D", "-f", &config], port, folder);
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert!(clues(fact, ClueSource::HttpServer)[0].starts_with("lighttpd/1.4."));
    assert_eq!(clues(fact, ClueSource::HtmlTitle), ["会議室予約ｼｽﾃﾑ"]);
    assert_eq!(clues(fact, ClueSource::FaviconMd5), ["900150983cd24fb0d6963f7d28e17f72"]);
}

#[tokio::test]
async fn tinyproxy_tells_its_name_in_its_refusal() {
    let Some(program) = program("tinyproxy") else { return };
    let (folder, port) = (Folder::new(), free_port());
    let text = format!("Port {port}\nListen 127.78.0.1\nTimeout 60\nAllow 127.0.0.0/8\n");
    let config = folder.write("tinyproxy.conf", &text);
    let server = Daemon::start(&program, ["-d", "-c", &config], port, folder);
    let seen = identify(&server).await;
    let software = clues(service(&seen), ClueSource::HttpServer);
    assert!(software[0].starts_with("tinyproxy/1."), "{software:?}");
}

#[tokio::test]
async fn squid_tells_its_name_in_its_refusal() {
    let Some(program) = program("squid") else { return };
    let (folder, port) = (Folder::new(), free_port());
    let text = format!(
        "http_port 127.78.0.1:{port}\npid_filename none\naccess_log none\ncache_log /dev/null\n\
         pinger_enable off\nvisible_hostname gate.office.example\nshutdown_lifetime 0 seconds\n\
         http_access allow all\n"
    );
    let config = folder.write("squid.conf", &text);
    let server = Daemon::start(&program, ["-N", "-f", &config], port, folder);
    let seen = identify(&server).await;
    let software = clues(service(&seen), ClueSource::HttpServer);
    assert!(software[0].starts_with("squid/"), "{software:?}");
    assert!(clues(service(&seen), ClueSource::HttpVia)[0].contains("(squid/"));
}

#[tokio::test]
async fn etcd_tells_its_version_where_it_is_asked_for_it() {
    let Some(program) = program("etcd") else { return };
    let (folder, port) = (Folder::new(), free_port());
    let clients = format!("http://127.78.0.1:{port}");
    let peers = format!("http://127.78.0.1:{}", free_port());
    let (data, cluster) = (folder.file("data"), format!("default={peers}"));
    let arguments = [
        ["--data-dir", &data],
        ["--listen-client-urls", &clients],
        ["--advertise-client-urls", &clients],
        ["--listen-peer-urls", &peers],
        ["--initial-advertise-peer-urls", &peers],
        ["--initial-cluster", &cluster],
    ];
    let server = Daemon::start(&program, arguments.concat(), port, folder);
    let seen = identify(&server).await;
    let told = clues(service(&seen), ClueSource::ApiVersion);
    assert!(told[0].starts_with(r#"{"etcdserver":"3."#), "{told:?}");
    assert_ne!(service(&seen).access, Some(Access::Open), "its version is for everybody");
}
