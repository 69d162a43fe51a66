//! What N-25 says: titles and reasons.

use std::collections::BTreeSet;

use hoshimori_inspection::evidence::{Access, ClueSource, Protocol, RelayFact, ServiceFact};
use hoshimori_inspection::inventory::{DeviceClass, Product};
use hoshimori_scheme::{Text, shorten};

use crate::subject::Statement;
use crate::words::{self, joined};

pub(super) fn clean(ports: usize) -> Statement {
    Statement {
        title: Text::new("不審なサービスは見つからない", "No suspicious service was found"),
        because: Text::new(
            format!(
                "開いている{ports}個のポートを識別した。番号とプロトコル、機器の種類に合わないものは\
                 ない。"
            ),
            format!(
                "All {ports} open ports were identified; none is unlike its number or its kind of \
                 device."
            ),
        ),
    }
}

pub(super) fn overlooked(unidentified: &BTreeSet<u16>, unscanned: &[u16]) -> Statement {
    let mut because = Vec::new();
    if !unidentified.is_empty() {
        let ports = words::ports(unidentified.iter().copied());
        because.push(Text::new(
            format!("ポート{ports}で何が動いているか識別していない。"),
            format!("What runs on port {ports} was not identified."),
        ));
    }
    if !unscanned.is_empty() {
        let ports = words::ports(unscanned.iter().copied());
        because.push(Text::new(
            format!("ポート{ports}は走査できていない。"),
            format!("Port {ports} could not be scanned."),
        ));
    }
    Statement {
        title: Text::new("裏口の有無を判断できないポートがある", "Some ports may hide a backdoor"),
        because: joined(because),
    }
}

pub(super) fn shell(service: &ServiceFact) -> Statement {
    let title = match service.protocol {
        Protocol::Telnet => Text::new(
            "telnetが認証なしで操作画面を開く",
            "telnet opens a command line without a login",
        ),
        _ => Text::new(
            "認証なしで操作できるシェルが待ち受けている",
            "A shell without authentication listens",
        ),
    };
    Statement { title, because: let_in(service) }
}

pub(super) fn debug_interface(service: &ServiceFact) -> Statement {
    let name = service.protocol.title();
    Statement {
        title: Text::new(
            format!("開発用の接続口（{name}）が認証なしで開いている"),
            format!("A debug interface ({name}) is open without authentication"),
        ),
        because: joined([
            let_in(service),
            Text::new(
                "これを通じて機器の上で任意の操作ができる。",
                "Through it anything can be done on the device.",
            ),
        ]),
    }
}

pub(super) fn smart_install(service: &ServiceFact) -> Statement {
    Statement {
        title: Text::new(
            "Cisco Smart Installが認証なしで応答する",
            "Cisco Smart Install answers without authentication",
        ),
        because: joined([
            let_in(service),
            Text::new(
                "設定の読み出しや書き換えに使われる。",
                "It can be used to read or replace the configuration.",
            ),
        ]),
    }
}

pub(super) fn open_desktop(service: &ServiceFact) -> Statement {
    let name = service.protocol.title();
    Statement {
        title: Text::new(
            format!("遠隔操作（{name}）がパスワードなしで使える"),
            format!("Remote control ({name}) works without a password"),
        ),
        because: let_in(service),
    }
}

/// Whoever comes is let in, with what the server said.
fn let_in(service: &ServiceFact) -> Text {
    match service.banner.as_deref().map(shorten).filter(|banner| !banner.is_empty()) {
        Some(banner) => Text::new(
            format!("資格情報を求めずに受け入れた。応答: 「{banner}」。"),
            format!("It let in without any credential and said \"{banner}\"."),
        ),
        None => Text::new("資格情報を求めずに受け入れた。", "It let in without any credential."),
    }
}

/// The same, where a second connection did not show it again.
pub(super) fn seen_once(said: Statement) -> Statement {
    let once = Text::new(
        "二度目の接続では確かめられていない。",
        "A second connection has not confirmed it.",
    );
    Statement { title: said.title, because: joined([said.because, once]) }
}

/// The same, where it shows the words of a shell and did not do the work of one.
pub(super) fn looks_like_it(said: Statement) -> Statement {
    let words_only = Text::new(
        "ただし計算させる一行には答えておらず、文面だけを根拠とする。",
        "It did not do the sum that it was given: this rests on its words alone.",
    );
    Statement { title: said.title, because: joined([said.because, words_only]) }
}

/// The name of the remote-control tool whose certificate or banner a service shows.
pub(super) fn remote_tool(service: &ServiceFact) -> Option<&'static str> {
    let sources = [ClueSource::TlsSubject, ClueSource::TlsIssuer, ClueSource::Banner];
    let mut texts = sources.into_iter().flat_map(|source| service.clues_from(source));
    let tools = [("AnyDesk", "AnyDesk"), ("TeamViewer", "TeamViewer"), ("RustDesk", "RustDesk")];
    texts.find_map(|text| {
        tools.into_iter().find(|(word, _)| text.contains(word)).map(|(_, name)| name)
    })
}

pub(super) fn remote_control(service: &ServiceFact) -> Statement {
    let name = remote_tool(service).unwrap_or(service.protocol.title());
    let login = match service.access {
        Some(Access::CredentialAsked) => Text::new(
            "認証を求めるが、破られれば機器を操作される。",
            "It asks for a credential; whoever has one controls the device.",
        ),
        _ => Text::new(
            "認証の要否は確かめられていない。",
            "Whether it asks for a credential was not established.",
        ),
    };
    Statement {
        title: Text::new(
            format!("遠隔操作のサービス（{name}）に届く"),
            format!("A remote-control service ({name}) can be reached"),
        ),
        because: login,
    }
}

pub(super) fn tainted(product: &Product) -> Statement {
    let version = product.version.as_deref().unwrap_or_default();
    let name = shorten(&format!("{} {version}", product.name));
    Statement {
        title: Text::new(
            format!("裏口を仕込まれて配布された版を名乗る（{name}）"),
            format!("It claims a release that was published with a backdoor ({name})"),
        ),
        because: Text::new(
            "版の名乗りだけを根拠とする。裏口を開く合図は送っていない。保守業者に配布元と\
             ハッシュ値を確かめること。",
            "This rests on the claimed version alone: the signal that opens the backdoor was not \
             sent. Have the contractor check where the program came from and its hash.",
        ),
    }
}

pub(super) fn unknown(service: &ServiceFact, was_asked: bool) -> Statement {
    let seen = match (service.protocol, service.banner.as_deref().map(shorten)) {
        (Protocol::Silent, _) => match &service.trouble {
            Some(trouble) => {
                let why = trouble.to_text();
                Text::new(
                    format!("接続を受け入れるが、何か分からない（{}）。", why.ja),
                    format!("It accepts connections; what it is could not be told ({}).", why.en),
                )
            }
            None => Text::new(
                "接続を受け入れるが、どのプロトコルの要求にも応答しない。",
                "It accepts connections and answers no request in any protocol.",
            ),
        },
        (Protocol::Tls, _) => Text::new(
            "TLSで応答するが、その中で何が動いているか分からない。",
            "It answers in TLS; what is spoken inside could not be told.",
        ),
        (_, Some(banner)) => Text::new(
            format!("応答「{banner}」はどのプロトコルにも当てはまらない。"),
            format!("Its answer \"{banner}\" fits no protocol."),
        ),
        (_, None) => {
            Text::new("応答がどのプロトコルにも当てはまらない。", "Its answer fits no protocol.")
        }
    };
    let ask = if was_asked {
        Text::new(
            "事業者の申告した使用中のポートに含まれていない。",
            "It is not among the ports that the operator says are in use.",
        )
    } else {
        Text::new(
            "侵入の証拠ではない。何のためのものか事業者に確かめること。",
            "This is no evidence of an intrusion: ask the operator what it is for.",
        )
    };
    Statement {
        title: Text::new(
            "何か分からないサービスが動いている",
            "A service that cannot be named is running",
        ),
        because: joined([seen, ask]),
    }
}

pub(super) fn away_from_home(protocol: Protocol, port: u16) -> Statement {
    let name = protocol.title();
    Statement {
        title: Text::new(
            format!("{name}がふつうと違うポート{port}で動いている"),
            format!("{name} runs on port {port}, which is not its usual one"),
        ),
        because: Text::new(
            "番号だけでは不正とは言えない。意図したものか事業者に確かめること。",
            "A number alone is no fault: ask the operator whether it is intended.",
        ),
    }
}

pub(super) fn unusual_for(class: DeviceClass, protocol: Protocol) -> Statement {
    let (kind, name) = (class.to_text(), protocol.title());
    Statement {
        title: Text::new(
            format!("{}にふつうはないサービス（{name}）がある", kind.ja),
            format!("A {} does not usually offer {name}", kind.en),
        ),
        because: Text::new(
            "機器の種類の判別が誤っていることもある。意図したものか事業者に確かめること。",
            "The kind of device may have been mistaken: ask the operator whether it is intended.",
        ),
    }
}

pub(super) fn relay_chat() -> Statement {
    Statement {
        title: Text::new("IRCのサーバーが動いている", "An IRC server is running"),
        because: Text::new(
            "乗っ取られた機器の操作に使われることがある。意図したものか事業者に確かめること。",
            "Such servers are also used to control hijacked machines: ask the operator whether it \
             is intended.",
        ),
    }
}

pub(super) fn open_proxy(relay: &RelayFact) -> Statement {
    let port = relay.asked_for.port();
    Statement {
        title: Text::new("誰でも中継に使えるプロキシが動いている", "A proxy relays for anyone"),
        because: Text::new(
            format!(
                "認証なしで同じ機器のポート{port}に中継され、その応答が届いた。閉じたポートへの中継では\
                 起きない。"
            ),
            format!(
                "Without a credential it connected to port {port} of its own host, and the answer \
                 came through; from a closed port none did."
            ),
        ),
    }
}

pub(super) fn may_be_open_proxy(relay: &RelayFact) -> Statement {
    let port = relay.asked_for.port();
    Statement {
        title: Text::new("誰でも中継に使える疑いがある", "A proxy may relay for anyone"),
        because: Text::new(
            format!("ポート{port}に中継したと答えたが、その先から何も届かなかった。"),
            format!("It says that it connected to port {port}, but nothing came through."),
        ),
    }
}

pub(super) fn closed_proxy() -> Statement {
    Statement {
        title: Text::new("見知らぬ相手を中継しない", "It does not relay for strangers"),
        because: Text::new(
            "資格情報を示さない中継の要求を、開いたポートへも閉じたポートへも拒んだ。",
            "Asked without a credential, it connected neither to an open port nor to a closed one.",
        ),
    }
}

pub(super) fn proxy_not_tried() -> Statement {
    Statement {
        title: Text::new(
            "プロキシが中継するか確かめていない",
            "Whether the proxy relays was not tried",
        ),
        because: Text::new(
            "中継先にできる開いたポートが同じ機器にないか、検査の記録がない。",
            "There is no other open port on its host to connect to, or no record of the test.",
        ),
    }
}

pub(super) fn connected_anywhere() -> Statement {
    Statement {
        title: Text::new(
            "プロキシが中継するか判断できない",
            "Whether the proxy relays cannot be told",
        ),
        because: Text::new(
            "何も待ち受けていないポートにも中継したと答えるため、その答えを信用できない。",
            "It says that it is connected even to a port where nothing listens, so its word means \
             nothing.",
        ),
    }
}

pub(super) fn proxy_undecided(failures: &Text) -> Statement {
    Statement {
        title: Text::new(
            "プロキシが中継するか判断できない",
            "Whether the proxy relays cannot be told",
        ),
        because: Text::new(
            format!("応答が得られない（{}）。", failures.ja),
            format!("There was no answer ({}).", failures.en),
        ),
    }
}
