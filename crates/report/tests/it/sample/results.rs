//! What the checks say about the invented hosts.

use hoshimori_inspection::assessment::{EvidenceRegister, ResultRecord};
use hoshimori_inspection::evidence::{ObservationKey, Protocol};
use hoshimori_inspection::finding::FindingId;
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_inspection::verdict::Verdict;
use hoshimori_scheme::{CriterionId, FindingSeverity, Text};

use super::network::Host;

/// What a check says of one aspect.
struct Said {
    test: u8,
    aspect: &'static str,
    verdict: Verdict,
    severity: FindingSeverity,
    title: [&'static str; 2],
    because: [&'static str; 2],
    ids: &'static [&'static str],
    /// Probe and variant of the decisive observation; an empty probe is no evidence.
    evidence: [&'static str; 2],
}

/// The results, in the order of tests, then hosts.
pub(super) fn all(hosts: &[Host], register: &EvidenceRegister) -> Vec<ResultRecord> {
    let mut results = Vec::new();
    for &(address, vantage, ports) in hosts {
        let address = address.parse().unwrap();
        let host = Target::host(address);
        results.push(result(register, host, vantage, &scan(address.to_string().as_str())));
        for (number, protocol, tls, product, version) in ports {
            let target = Target::tcp(address, *number);
            for said in
                about(*protocol, *tls, product, version, *number, address.to_string().as_str())
            {
                results.push(result(register, target, vantage, &said));
            }
        }
    }
    results.sort_by_key(|result| (result.test, result.target));
    results
}

fn result(
    register: &EvidenceRegister,
    target: Target,
    vantage: Vantage,
    said: &Said,
) -> ResultRecord {
    let test = CriterionId::network(said.test);
    let [probe, variant] = said.evidence;
    let keys = [
        ObservationKey::new(probe, target, vantage, variant),
        ObservationKey::new("http", target, vantage, "control"),
        ObservationKey::new("service", target, vantage, ""),
    ];
    let mut evidence = Vec::new();
    for id in keys.iter().filter_map(|key| register.id(key)) {
        if !evidence.contains(&id) {
            evidence.push(id);
        }
    }
    ResultRecord {
        id: FindingId::new(test, target, vantage, said.aspect),
        test,
        target,
        vantage,
        verdict: said.verdict,
        grade: said.severity.grade(),
        severity: said.severity,
        title: Text::new(said.title[0], said.title[1]),
        because: Text::new(said.because[0], said.because[1]),
        ids: said.ids.iter().map(|id| (*id).to_owned()).collect(),
        evidence,
        repeat: keys.first().and_then(|key| register.repeat(key)),
    }
}

fn scan(address: &str) -> Said {
    if address == "192.168.30.5" {
        return said(
            1,
            "ports",
            Verdict::Inconclusive,
            ["ポートの一覧", "list of ports"],
            [
                "どのポートからも応答がなく、ホストがそこにあるかも分からない。",
                "no port answered, so it is not even known whether the host is there",
            ],
            ["ports", "1-65535"],
        );
    }
    let is_explained = address != "192.168.20.11" && address != "192.168.10.21";
    if is_explained {
        return said(
            1,
            "ports",
            Verdict::Pass,
            ["説明できるポートだけが開いている", "every open port is explained"],
            [
                "開いているポートはすべて運営者の届出にある",
                "the operator has declared every open port",
            ],
            ["ports", "1-65535"],
        );
    }
    Said {
        severity: FindingSeverity::Medium,
        ids: &["CWE-1125"],
        ..said(
            1,
            "ports",
            Verdict::Fail,
            [
                "届出にないポートが利用者側に開いている",
                "undeclared ports are open to the guest network",
            ],
            [
                "運営者の届出にないポートが、利用者側のネットワークから接続を受け付けた。",
                "ports that the operator has not declared accepted connections from the guest network",
            ],
            ["ports", "1-65535"],
        )
    }
}

fn about(
    protocol: Protocol,
    tls: bool,
    product: &str,
    version: &str,
    port: u16,
    address: &str,
) -> Vec<Said> {
    let mut all = Vec::new();
    if protocol == Protocol::Ssh {
        all.push(Said {
            severity: FindingSeverity::Low,
            ids: &["CWE-309"],
            ..said(13, "password", Verdict::Fail, ["SSHがパスワード認証を受け付ける", "SSH accepts password authentication"], ["認証前の応答で password と keyboard-interactive が提示された。存在しない利用者名でも同じだった。", "the server offered password and keyboard-interactive, to a name that does not exist as well"], ["ssh-auth", "root"])
        });
    }
    if protocol == Protocol::Http {
        all.extend(about_web(port, address));
    }
    if tls {
        all.push(certificate(port, address));
    }
    if version.contains("ubuntu") && protocol == Protocol::Ssh {
        all.push(Said {
            severity: FindingSeverity::High,
            ids: &["CVE-2018-15473", "CWE-1104"],
            ..said(24, "version", Verdict::Suspected, ["サポートの終わったOSのSSHサーバー", "SSH server of an operating system without support"], ["バナーの版はサポートの終わった配布版のもので、既知の脆弱性の修正が当たっていない疑いがある。", "the version in the banner belongs to a distribution without support; fixes are probably missing"], ["service", ""])
        });
    }
    if product == "Apache httpd" {
        all.push(Said {
            severity: FindingSeverity::Medium,
            ids: &["CVE-2022-22719", "CVE-2022-22721"],
            ..said(2, "version", Verdict::Suspected, ["既知の脆弱性がある版のWebサーバー", "web server version with known flaws"], ["応答が名乗る版には既知の脆弱性がある。配布元が修正を移植している場合は当てはまらない。", "the version in the answer has known flaws, unless the distributor has ported the fixes"], ["service", ""])
        });
    }
    if protocol == Protocol::Silent || product == "MySQL" {
        all.push(said(
            14,
            "reach",
            Verdict::Inconclusive,
            ["データベースへの接続", "database connection"],
            [
                "接続は受け付けたが、5秒以内に応答がなかった。サービスを特定できない。",
                "it accepted the connection and said nothing for 5 seconds; the service is unknown",
            ],
            ["service", ""],
        ));
    }
    all
}

fn about_web(port: u16, address: &str) -> Vec<Said> {
    let methods = if address == "192.168.10.22" || address == "192.168.20.11" {
        Said {
            severity: FindingSeverity::Low,
            ids: &["CWE-650"],
            ..said(
                15,
                "methods",
                Verdict::Fail,
                ["不要なHTTPメソッドが使える", "needless HTTP methods are allowed"],
                [
                    "OPTIONSの応答がPUTとDELETEを挙げ、対照のメソッドとは異なる応答が返った。",
                    "the answer to OPTIONS lists PUT and DELETE, unlike the answer to the control method",
                ],
                ["http", "options"],
            )
        }
    } else {
        said(
            15,
            "methods",
            Verdict::Pass,
            ["不要なHTTPメソッドは使えない", "no needless HTTP method"],
            ["対照のメソッドと同じ応答だった。", "same answer as to the control method"],
            ["http", "options"],
        )
    };
    let traces = port == 80 && address.starts_with("192.168.20") || port == 8008;
    let trace = if traces {
        Said {
            severity: FindingSeverity::Low,
            ids: &["CWE-693"],
            ..said(
                16,
                "trace",
                Verdict::Fail,
                ["TRACEメソッドが要求をそのまま返す", "TRACE echoes the request"],
                [
                    "送った印がそのまま応答に含まれた。",
                    "the token that was sent came back in the answer",
                ],
                ["http", "trace"],
            )
        }
    } else {
        said(
            16,
            "trace",
            Verdict::Pass,
            ["TRACEは拒否される", "TRACE is refused"],
            ["405で拒否された。", "refused with 405"],
            ["http", "trace"],
        )
    };
    vec![methods, trace]
}

fn certificate(port: u16, address: &str) -> Said {
    if port == 443 && address == "192.168.20.10" {
        return said(
            20,
            "chain",
            Verdict::Pass,
            ["証明書は正当である", "the certificate is valid"],
            ["名前・期限・発行者を確かめた。", "name, dates and issuer are right"],
            ["tls", "no-name"],
        );
    }
    if port == 3389 {
        return said(
            20,
            "chain",
            Verdict::Inconclusive,
            ["証明書", "certificate"],
            [
                "名前が分からないため、名前の一致を判断できない。",
                "the name is unknown, so a match cannot be judged",
            ],
            ["tls", "no-name"],
        );
    }
    Said {
        severity: FindingSeverity::Medium,
        ids: &["CWE-295", "CWE-298"],
        ..said(
            20,
            "chain",
            Verdict::Fail,
            ["自己署名のサーバー証明書", "self-signed server certificate"],
            [
                "証明書は自分自身で署名されており、どの信頼リストにもない。利用者は警告を無視する習慣がつき、なりすましに気付けない。",
                "the certificate is signed by itself and no trust store knows it; users learn to ignore the warning",
            ],
            ["tls", "no-name"],
        )
    }
}

fn said(
    test: u8,
    aspect: &'static str,
    verdict: Verdict,
    title: [&'static str; 2],
    because: [&'static str; 2],
    evidence: [&'static str; 2],
) -> Said {
    Said {
        test,
        aspect,
        verdict,
        severity: FindingSeverity::Info,
        title,
        because,
        ids: &[],
        evidence,
    }
}
