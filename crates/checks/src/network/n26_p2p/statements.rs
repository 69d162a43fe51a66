//! What N-26 says.

use std::collections::BTreeSet;

use hoshimori_inspection::evidence::{MappingsFact, PeerNetwork, PeerQuestion, PortMapping};
use hoshimori_scheme::{Text, shorten};

use super::Owner;
use super::coverage::Coverage;
use super::indicators::{Pointer, SHARE, program_in};
use super::proof::{Answer, Proof};
use crate::subject::{Seen, Statement};
use crate::words::{self, itemised, joined, listed};

pub(super) fn proved(network: PeerNetwork, proof: &Proof<'_>, owner: Owner) -> Statement {
    let name = network.title();
    Statement {
        title: Text::new(
            format!("{name}のソフトウェアが動作している"),
            format!("{name} software is running"),
        ),
        because: joined([answer_in(proof), control_in(proof), whose(owner)]),
    }
}

pub(super) fn doubtful(network: PeerNetwork, proof: &Proof<'_>) -> Statement {
    let name = network.title();
    Statement {
        title: Text::new(
            format!("{name}のソフトウェアが動作している疑いがある"),
            format!("{name} software may be running"),
        ),
        because: joined([answer_in(proof), control_in(proof)]),
    }
}

pub(super) fn sign(network: PeerNetwork, proof: &Proof<'_>) -> Statement {
    let name = network.title();
    Statement {
        title: Text::new(
            format!("{name}のソフトウェアの手掛かりがある"),
            format!("There is a sign of {name} software"),
        ),
        because: answer_in(proof),
    }
}

/// What came back.
fn answer_in(proof: &Proof<'_>) -> Text {
    match proof {
        Proof::Certain { answer, .. } | Proof::Doubtful { answer, .. } => answered(*answer),
        Proof::Sign { sign, .. } => {
            let sign = shorten(sign);
            Text::new(
                format!(
                    "このソフトウェアの応答にある「{sign}」が返った。ほかのソフトウェアも返しうるため、\
                     手掛かりにとどまる。"
                ),
                format!(
                    "`{sign}` came back, as this software sends it. Others may send it too, so \
                     that it is a sign only."
                ),
            )
        }
    }
}

fn answered(answer: Answer<'_>) -> Text {
    let (dialogue, proof) = (shorten(answer.dialogue), shorten(answer.proof));
    let said = match answer.asked {
        PeerQuestion::Nothing => Text::new(
            format!(
                "接続すると、こちらが何も送らないうちにこのソフトウェアの形で話した（{proof}）。"
            ),
            format!("It spoke in the form of this software before anything was sent ({proof})."),
        ),
        PeerQuestion::Real | PeerQuestion::Spoilt => Text::new(
            format!("問い合わせ（{dialogue}）に、このソフトウェアの形で応答した（{proof}）。"),
            format!(
                "The question `{dialogue}` was answered in the form of this software ({proof})."
            ),
        ),
    };
    let client = answer.client.map(|client| {
        let client = shorten(client);
        Text::new(format!("{client}と名乗った。"), format!("It calls itself {client}."))
    });
    joined([Some(said), client].into_iter().flatten())
}

/// What the control says.
fn control_in(proof: &Proof<'_>) -> Text {
    match proof {
        Proof::Certain { control: None, .. } => Text::new(
            "こちらの送信を返しただけではありえない。",
            "It cannot have repeated what this side sent.",
        ),
        Proof::Certain { control: Some(_), .. } => Text::new(
            "わざと崩した問い合わせには、同じようには応答しなかった。",
            "A question that was spoilt on purpose was not answered alike.",
        ),
        Proof::Doubtful { control: Some(_), .. } => Text::new(
            "わざと崩した問い合わせにも同じように応答したか、崩した問い合わせができなかった。",
            "A question that was spoilt on purpose was answered alike, or could not be asked.",
        ),
        Proof::Doubtful { control: None, .. } | Proof::Sign { .. } => Text::new(
            "わざと崩した問い合わせの記録がない。",
            "No question that was spoilt on purpose is recorded.",
        ),
    }
}

fn whose(owner: Owner) -> Text {
    match owner {
        Owner::Operator => Text::new(
            "施設の機器、または業務側のネットワークにある機器である。",
            "It is a device of the facility or on its own network.",
        ),
        Owner::Member => Text::new(
            "利用者側のネットワークにあり、運営者が挙げた機器ではない。会員の端末とみなした。",
            "It is on the guest network and not among the devices that the operator named: taken \
             for a member's own.",
        ),
    }
}

pub(super) fn absent(networks: &[PeerNetwork]) -> Statement {
    let (names, count) = (names(networks), networks.len());
    Statement {
        title: Text::new(
            format!("判断できた{count}種類のP2Pソフトウェアは応答しなかった"),
            format!("None of the {count} kinds of P2P software that could be judged answered"),
        ),
        because: joined([
            Text::new(
                format!("{}について判断した。", names.ja),
                format!("Judged for {}.", names.en),
            ),
            Text::new(
                "TCPの全ポートを走査し、開いているポートはどれも別のものと分かったか、問い合わせに\
                 別の応答をした。UDPは問い合わせたポートについて言える。",
                "All TCP ports were scanned; each open one is known to be something else or \
                 answered otherwise. Of UDP this holds for the ports that were asked.",
            ),
        ]),
    }
}

pub(super) fn undecided(networks: &[PeerNetwork], coverage: &Coverage<'_>) -> Statement {
    let mut because = vec![Text::new(
        format!("{}について判断できない。", names(networks).ja),
        format!("{} could not be decided.", names(networks).en),
    )];
    let gaps: Vec<_> = networks.iter().map(|network| coverage.gap(*network)).collect();
    if gaps.iter().any(|gap| gap.is_unscanned) {
        because.push(Text::new(
            "TCPの全ポートを走査できていないか、どのポートも応答していないか、開いて見えるポートが\
             多すぎる。",
            "Not all TCP ports were scanned, or none answered, or more seem open than a host has.",
        ));
    }
    let tcp: BTreeSet<u16> = gaps.iter().flat_map(|gap| gap.tcp.iter().copied()).collect();
    if !tcp.is_empty() {
        let ports = words::ports(tcp);
        because.push(Text::new(
            format!(
                "TCPポート{ports}は、問い合わせに応答しないか問い合わせておらず、別のものと確かめられて\
                 いない。"
            ),
            format!(
                "TCP port {ports} was silent or not asked, and is not known to be anything else."
            ),
        ));
    }
    let udp: BTreeSet<u16> = gaps.iter().flat_map(|gap| gap.udp.iter().copied()).collect();
    if !udp.is_empty() {
        let ports = words::ports(udp);
        because.push(Text::new(
            format!("UDPポート{ports}は応答せず、開閉のどちらとも言えない。"),
            format!("UDP port {ports} was silent, which says neither open nor closed."),
        ));
    }
    if gaps.iter().any(|gap| gap.is_udp_unasked) {
        because.push(Text::new("UDPには問い合わせていない。", "UDP was not asked."));
    }
    Statement {
        title: Text::new(
            "P2Pソフトウェアの有無を判断できない",
            "Whether P2P software runs could not be decided",
        ),
        because: joined(because),
    }
}

/// Share and Perfect Dark, with the indicators that were looked at.
pub(super) fn not_decidable(mappings: &[Seen<'_, MappingsFact>]) -> Statement {
    let entries = || mappings.iter().flat_map(|(_, fact)| &fact.entries);
    let programs = entries().filter_map(|mapping| program_in(&mapping.description));
    let pointing = programs.filter(|name| [SHARE, "Perfect Dark"].contains(name)).count();
    let count = entries().count();
    let indicators = match mappings {
        [] => Text::new(
            "手掛かりとなるルーターの転送設定（UPnP IGD）は読めなかった。",
            "The port mappings of the router (UPnP IGD), an indicator, could not be read.",
        ),
        _ => Text::new(
            format!(
                "手掛かりとしてルーターの転送設定の名前を見た（{count}件、これらを指すもの{pointing}件）。"
            ),
            format!(
                "Names of the router's port mappings were looked at as an indicator ({count}, of \
                 which {pointing} point to these programs)."
            ),
        ),
    };
    let is_partial = mappings.iter().any(|(_, fact)| !fact.is_complete);
    let rest = is_partial.then(|| {
        Text::new(
            "転送設定は途中までしか読めなかった。",
            "The list of mappings was not read to its end.",
        )
    });
    let why = Text::new(
        "ShareとPerfect Darkは、応答する問い合わせが知られていない。動いていないとは言えない。\
         ルーターの記録と運営者への質問で補うこと。",
        "No question is known that Share or Perfect Dark answers, so their absence is never \
         claimed. Ask the operator and look at the router's logs.",
    );
    Statement {
        title: Text::new(
            "ShareとPerfect Darkの有無は問い合わせでは分からない",
            "Share and Perfect Dark cannot be recognised by asking",
        ),
        because: joined([Some(why), Some(indicators), rest].into_iter().flatten()),
    }
}

pub(super) fn mapped(pointers: &[Pointer<'_>]) -> Statement {
    let programs: BTreeSet<&str> = pointers.iter().map(|pointer| pointer.program).collect();
    let programs = listed(programs.into_iter().map(Text::same));
    let mappings = itemised(pointers.iter().take(MAPPINGS_SHOWN).map(|one| in_words(one.mapping)));
    Statement {
        title: Text::new(
            format!("ルーターの転送設定の名前がP2Pソフトウェアを指す（{}）", programs.ja),
            format!("A port mapping of the router is named after P2P software ({})", programs.en),
        ),
        because: Text::new(
            format!(
                "転送設定：{}。名前は誰でも付けられ、ソフトウェアがもう動いていないこともある。",
                mappings.ja
            ),
            format!(
                "Mappings: {}. Anybody can choose a name, and the software may not run any more.",
                mappings.en
            ),
        ),
    }
}

/// A host may have many; the rest is in the evidence.
const MAPPINGS_SHOWN: usize = 6;

fn in_words(mapping: &PortMapping) -> Text {
    let PortMapping { external_port, internal_port, is_enabled, .. } = mapping;
    let [name, protocol, client] =
        [&mapping.description, &mapping.protocol, &mapping.internal_client].map(|it| shorten(it));
    let way = format!("{protocol} {external_port} → {client}:{internal_port}");
    let (ja, en) = if *is_enabled { ("", "") } else { ("、無効", ", switched off") };
    Text::new(format!("「{name}」{way}{ja}"), format!("`{name}` {way}{en}"))
}

pub(super) fn web_page(program: &str, text: &str) -> Statement {
    let text = shorten(text);
    Statement {
        title: Text::new(
            format!("{program}の画面とみられるものがある"),
            format!("There seems to be a page of {program}"),
        ),
        because: Text::new(
            format!("Webサーバーが「{text}」と名乗った。名前だけでは証明にならない。"),
            format!("The web server calls itself `{text}`. A name alone is no proof."),
        ),
    }
}

fn names(networks: &[PeerNetwork]) -> Text {
    listed(networks.iter().map(|network| network.to_text()))
}
