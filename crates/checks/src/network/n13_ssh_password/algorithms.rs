use hoshimori_inspection::evidence::{Observation, SshAlgorithms, SshAuthFact};
use hoshimori_inspection::finding::Judgement;
use hoshimori_scheme::{FindingSeverity, Text};

use crate::subject::{Seen, Statement, Subject};
use crate::words::{joined, named};

/// Weak algorithms and the old protocol version, where the server offers them.
pub(super) fn judge(subject: Subject, asked: &[Seen<'_, SshAuthFact>]) -> Vec<Judgement> {
    [protocol_one(subject, asked), weak(subject, asked), terrapin(subject, asked)]
        .into_iter()
        .flatten()
        .collect()
}

/// RFC 4253 section 5.1: `1.99` stands for a server that speaks version 1 as well.
fn protocol_one(subject: Subject, asked: &[Seen<'_, SshAuthFact>]) -> Option<Judgement> {
    let (observation, version) = asked.iter().find_map(|(observation, fact)| {
        let version = fact.server_version.as_deref()?;
        version.starts_with("SSH-1.").then_some((*observation, version))
    })?;
    let version = named([version]);
    let said = Statement {
        title: Text::new("SSHのバージョン1に応じる", "The server speaks SSH version 1"),
        because: Text::new(
            format!("サーバーは「{}」と名乗る。バージョン1は通信の改ざんを防げない。", version.ja),
            format!("It calls itself `{}`; version 1 does not protect integrity.", version.en),
        ),
    };
    Some(subject.fail("ssh-1", FindingSeverity::High, said, [observation]))
}

/// docs/severity.md: weak key exchange or cipher is low, and medium where nothing better is offered.
fn weak(subject: Subject, asked: &[Seen<'_, SshAuthFact>]) -> Option<Judgement> {
    let (observation, offered) = offered(asked)?;
    let kinds = [&offered.key_exchange, &offered.host_key, &offered.encryption, &offered.mac];
    let weak: Vec<&String> =
        kinds.iter().flat_map(|kind| kind.iter()).filter(|name| is_weak(name)).collect();
    if weak.is_empty() {
        return None;
    }
    let only_weak = |names: &Vec<String>| !names.is_empty() && names.iter().all(|n| is_weak(n));
    let has_no_better = only_weak(&offered.key_exchange) || only_weak(&offered.encryption);
    let severity = if has_no_better { FindingSeverity::Medium } else { FindingSeverity::Low };
    let list = named(weak);
    let choice = if has_no_better {
        Text::new("これより強い方式がない。", "Nothing stronger is offered.")
    } else {
        Text::new("これより強い方式もある。", "Stronger ones are offered as well.")
    };
    let said = Statement {
        title: Text::new(
            "SSHが弱い鍵交換または暗号を示す",
            "SSH offers weak key exchange or encryption",
        ),
        because: joined([
            Text::new(format!("示した弱い方式は {}。", list.ja), format!("Weak: {}.", list.en)),
            choice,
        ]),
    };
    let fail = subject.fail("weak-algorithms", severity, said, [observation]);
    Some(Judgement { ids: vec!["CWE-327".to_owned()], ..fail })
}

/// CVE-2023-48795: the affected ciphers without the counter-measure, `kex-strict-s`.
fn terrapin(subject: Subject, asked: &[Seen<'_, SshAuthFact>]) -> Option<Judgement> {
    let (observation, offered) = offered(asked)?;
    let offers = |names: &[String], wanted: &str| names.iter().any(|name| name == wanted);
    let is_strict = offers(&offered.key_exchange, "kex-strict-s-v00@openssh.com");
    let has_chacha = offers(&offered.encryption, "chacha20-poly1305@openssh.com");
    let has_cbc_etm = offered.encryption.iter().any(|name| name.ends_with("-cbc"))
        && offered.mac.iter().any(|name| name.ends_with("-etm@openssh.com"));
    if is_strict || !(has_chacha || has_cbc_etm) {
        return None;
    }
    let said = Statement {
        title: Text::new(
            "SSHの通信列を切り詰められる（Terrapin）",
            "The start of SSH sessions can be truncated (Terrapin)",
        ),
        because: Text::new(
            "対策（kex-strict）を示さず、影響を受ける暗号方式を示す。",
            "Affected ciphers are offered without the counter-measure `kex-strict`.",
        ),
    };
    let fail = subject.fail("terrapin", FindingSeverity::Low, said, [observation]);
    Some(Judgement { ids: vec!["CVE-2023-48795".to_owned()], ..fail })
}

fn offered<'a>(asked: &[Seen<'a, SshAuthFact>]) -> Option<(&'a Observation, &'a SshAlgorithms)> {
    asked.iter().find_map(|(observation, fact)| Some((*observation, fact.algorithms.as_ref()?)))
}

/// RFC 8758 (RC4), RFC 9142 (1024-bit groups, SHA-1 group exchange), 64-bit blocks (SWEET32), MD5,
/// DSA of 1024 bits; `none` protects nothing.
fn is_weak(name: &str) -> bool {
    WEAK.contains(&name) || name.starts_with("arcfour") || name.starts_with("hmac-md5")
}

const WEAK: [&str; 8] = [
    "diffie-hellman-group1-sha1",
    "diffie-hellman-group-exchange-sha1",
    "rsa1024-sha1",
    "ssh-dss",
    "3des-cbc",
    "blowfish-cbc",
    "cast128-cbc",
    "none",
];

#[cfg(test)]
mod tests {
    use hoshimori_inspection::evidence::{Fact, SshOutcome};

    use super::super::SshPassword;
    use crate::sample::{CONTROL, judged, short, ssh};

    use super::*;

    fn list(names: &str) -> Vec<String> {
        names.split(',').map(str::to_owned).collect()
    }

    /// What is said of a server that takes keys only and offers these algorithms.
    fn said(version: &str, key_exchange: &str, encryption: &str, mac: &str) -> Vec<String> {
        let asked = ["root", CONTROL].map(|user| {
            let methods = vec!["publickey".to_owned()];
            let mut seen = ssh(user, SshOutcome::Methods { methods, prompts: None });
            if let Fact::SshAuth(fact) = &mut seen.fact {
                fact.server_version = Some(version.to_owned());
                fact.algorithms = Some(SshAlgorithms {
                    key_exchange: list(key_exchange),
                    host_key: list("ssh-ed25519"),
                    encryption: list(encryption),
                    mac: list(mac),
                });
            }
            seen
        });
        short(&judged(&SshPassword, &asked))
    }

    const STRICT: &str = "curve25519-sha256,kex-strict-s-v00@openssh.com";

    #[test]
    fn current_server_gets_no_finding() {
        let ciphers = "chacha20-poly1305@openssh.com,aes128-ctr,aes256-gcm@openssh.com";
        let macs = "hmac-sha2-256-etm@openssh.com,hmac-sha1";
        assert_eq!(said("SSH-2.0-OpenSSH_9.2p1", STRICT, ciphers, macs), ["password pass"]);
    }

    #[test]
    fn weak_algorithm_beside_strong_ones_is_low_and_alone_is_medium() {
        let beside = said("SSH-2.0-x", STRICT, "aes128-ctr,3des-cbc", "hmac-sha2-256");
        assert_eq!(beside, ["password pass", "weak-algorithms fail low"]);
        let alone = said("SSH-2.0-x", "diffie-hellman-group1-sha1", "aes128-ctr", "hmac-sha1");
        assert_eq!(alone, ["password pass", "weak-algorithms fail medium"]);
        let arcfour = said("SSH-2.0-x", STRICT, "arcfour256", "hmac-md5-96");
        assert_eq!(arcfour, ["password pass", "weak-algorithms fail medium"]);
    }

    #[test]
    fn affected_cipher_without_strict_key_exchange_is_terrapin() {
        let chacha = "chacha20-poly1305@openssh.com";
        let open = said("SSH-2.0-x", "curve25519-sha256", chacha, "hmac-sha2-256");
        assert_eq!(open, ["password pass", "terrapin fail low"]);
        let cbc = said("SSH-2.0-x", "curve25519-sha256", "aes128-cbc", "hmac-sha2-256");
        assert_eq!(cbc, ["password pass"]);
    }

    #[test]
    fn version_one_is_high() {
        let old = said("SSH-1.99-OpenSSH_3.9p1", STRICT, "aes128-ctr", "hmac-sha2-256");
        assert_eq!(old, ["password pass", "ssh-1 fail high"]);
    }
}
