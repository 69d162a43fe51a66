//! What an inspection could not do: said in the report, so that silence is not read as safety.

use hoshimori_inspection::assessment::{HostRecord, ResultRecord};
use hoshimori_inspection::finding::FindingId;
use hoshimori_inspection::verdict::Verdict;
use hoshimori_scheme::Text;

use crate::papers::Papers;
use crate::plan::{Plan, Uncountable};

/// Protocol words of ports whose service was not recognised.
const UNRECOGNISED: [&str; 3] = ["unknown", "silent", "tls"];

pub(crate) fn limits(
    papers: &Papers,
    plan: &Plan,
    hosts: &[HostRecord],
    results: &[ResultRecord],
    stray_decisions: &[FindingId],
) -> Vec<Text> {
    let mut limits = Vec::new();
    let mut add = |ja: String, en: String| limits.push(Text::new(ja, en));
    let quiet = hosts.iter().filter(|host| !host.alive).count();
    if quiet > 0 {
        add(
            format!("範囲内の{quiet}個のアドレスは応答せず、機器の有無を確かめられなかった"),
            format!("{quiet} addresses in scope did not answer; whether a device is there is open"),
        );
    }
    for Uncountable { network, .. } in &plan.uncountable {
        add(
            format!(
                "{network} はアドレスが多すぎて一つずつ調べられないため、呼びかけに答えた機器と\
                 申告された機器だけを調べた"
            ),
            format!(
                "{network} has too many addresses to ask one by one: only hosts that answered a \
                 call or are named were looked at"
            ),
        );
    }
    for host in hosts {
        let unscanned: u32 = host.accuracy.unscanned.iter().map(|one| one.ports).sum();
        for one in &host.accuracy.unscanned {
            let why = one.reason.to_text();
            add(
                format!(
                    "{}: {}個のポートを走査できなかった（{}）",
                    host.address, one.ports, why.ja
                ),
                format!("{}: {} ports were not scanned ({})", host.address, one.ports, why.en),
            );
        }
        if unscanned == 0 && host.accuracy.filtered > 0 && host.alive {
            add(
                format!("{}: {}個のポートは応答がなかった", host.address, host.accuracy.filtered),
                format!("{}: {} ports did not answer", host.address, host.accuracy.filtered),
            );
        }
        let is_unrecognised =
            |service: Option<&str>| service.is_none_or(|service| UNRECOGNISED.contains(&service));
        let strange: Vec<String> = host
            .ports
            .iter()
            .filter(|port| is_unrecognised(port.service.as_deref()))
            .map(|port| port.port.to_string())
            .collect();
        if !strange.is_empty() {
            let list = strange.join(", ");
            add(
                format!("{}: ポート {list} のサービスは識別できなかった", host.address),
                format!("{}: the services on ports {list} were not recognised", host.address),
            );
        }
    }
    let open = results.iter().filter(|result| result.verdict == Verdict::Inconclusive).count();
    if open > 0 {
        add(
            format!("{open}件の結果は判断できなかった（理由は各結果にある）"),
            format!("{open} results could not be decided (each says why)"),
        );
    }
    let suspected = results.iter().filter(|result| result.verdict == Verdict::Suspected);
    let waiting =
        suspected.filter(|result| !papers.review.decisions.contains_key(&result.id)).count();
    if waiting > 0 {
        add(
            format!("{waiting}件の疑いは検査員の確認を待っており、評価に入っていない"),
            format!("{waiting} suspicions await an inspector's confirmation and are not graded"),
        );
    }
    for id in stray_decisions {
        add(
            format!("判断の記録 `{id}` に当たる結果がない（再検査で消えたか、書き誤り）"),
            format!("the decision on `{id}` fits no result (gone in a retest, or a slip)"),
        );
    }
    if !papers.file.authorization.state_changing_probes {
        add(
            "状態を変える試験（FTPへの書込み、HTTPのPUT、メールの送信）は同意がないため行っていない".into(),
            "probes that change state (FTP STOR, HTTP PUT, SMTP DATA) were not made: no consent".into(),
        );
    }
    if !papers.file.wifi.captures.is_empty() {
        add(
            "無線の取得ファイルはこの版では読めず、W-01～W-05の自動判定に使っていない".into(),
            "this version does not read Wi-Fi captures; they were not used for W-01 to W-05".into(),
        );
    }
    limits
}
