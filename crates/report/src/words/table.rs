use hoshimori_scheme::Language;
use serde::Serialize;

/// Declares the table: one line a word, its two languages side by side.
macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words of one language.
        #[derive(Clone, Copy, Debug, Serialize)]
        #[expect(missing_docs, reason = "the Japanese and English text of each word explain it")]
        pub struct Words {
            $(pub $name: &'static str,)*
        }

        impl Words {
            const JAPANESE: Self = Self { $($name: $ja,)* };
            const ENGLISH: Self = Self { $($name: $en,)* };
        }
    };
}

impl Words {
    /// The words of `language`.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::Japanese => &Self::JAPANESE,
            Language::English => &Self::ENGLISH,
        }
    }
}

words! {
    // The document as a whole.
    report: "検査結果報告書", "Inspection Report";
    confidential: "取扱注意", "Confidential";
    confidential_note:
        "この報告書には施設の弱点が書かれています。申請者・検査事業者・認証機関のほかには渡さないでください。",
        "This report describes weaknesses of the facility. Do not pass it to anyone but the applicant, the inspection body and the certification body.";
    draft: "下書き・発行不可", "Draft – not to be issued";
    draft_title: "この報告書はまだ発行できません", "This report cannot be issued yet";
    draft_lead:
        "総合評価が判定不能です。次の項目と検査が終わるまで、評価は出せません。",
        "The overall grades are undetermined. They cannot be given before the following items and tests are done.";
    draft_no_grade: "評価の算定が記録されていません。", "No grading is recorded.";
    draft_not_reproducible:
        "記録された評価と、記録された回答と指摘から算定し直した評価が一致しません。",
        "The recorded grades differ from those that follow from the recorded answers and findings.";
    blocked_not_judged: "未評価の監査項目", "audit item not judged";
    blocked_not_run: "未実施の検査", "test not performed";
    number: "報告書番号", "Report number";
    version: "版（データの指紋）", "Version (data fingerprint)";
    version_short: "版", "Version";
    facility: "施設", "Facility";
    operator: "運営者", "Operator";
    address: "所在地", "Address";
    facility_kind: "施設の種類", "Kind of facility";
    body: "指定検査事業者", "Inspection body";
    period: "検査期間（日本時間）", "Inspection period (JST)";
    completed: "検査の終了日", "Inspection completed";
    contents: "目次", "Contents";
    skip_to_report: "本文へ進む", "Skip to the report";
    no: "なし", "no";
    not_stated: "―", "–";
    id: "番号", "No.";
    item: "項目", "Item";
    count: "件数", "Count";
    note: "備考", "Note";
    reason: "理由", "Reason";
    because: "根拠", "Because";

    // Chapters.
    chapter_summary: "要旨", "Summary";
    chapter_scope: "対象と範囲", "Subject and scope";
    chapter_basis: "基準・手法・期間・体制", "Criteria, methods, period and team";
    chapter_audit: "監査結果一覧", "Audit results";
    chapter_gaps: "監査の指摘詳細", "Audit findings in detail";
    chapter_network: "ネットワーク検査結果", "Network test results";
    chapter_wifi: "Wi-Fi検査結果", "Wi-Fi test results";
    chapter_findings: "指摘詳細", "Findings in detail";
    chapter_derivation: "評価の算定過程", "How the grades were derived";
    chapter_risks: "よく見られるリスク", "Common risks";
    chapter_limits: "制約", "Limits";
    chapter_register: "付録　証拠一覧", "Appendix: evidence register";
    chapter_signatures: "署名欄", "Signatures";

    // Signs and marks.
    legend: "記号の意味", "Signs";
    legend_marks: "基準の記号", "Marks of the criteria";
    legend_verdicts: "検査結果の記号", "Signs of test results";
    legend_results: "監査結果の記号", "Signs of audit results";
    sign: "記号", "Sign";
    meaning: "意味", "Meaning";
    mark_must: "準拠が必要", "must conform";
    mark_partial: "一部準拠で可", "partial conformity accepted";
    mark_not_evaluated: "評価対象外", "not evaluated";
    columns_note:
        "★の列は認証基準の区分です。下線と地色のある列がこの検査に適用した列です。認証レベルは認証機関が別に決定し、この報告書には記載しません。",
        "The star columns are those of the criteria; the underlined, tinted one was applied here. The certification level is decided separately by the certification body and is not stated in this report.";
    applied_column: "適用した列", "applied column";

    // Severities, statuses, decisions.
    severity: "重大度", "Severity";
    severity_info: "情報", "info";
    severity_low: "低", "low";
    severity_medium: "中", "medium";
    severity_high: "高", "high";
    severity_critical: "緊急", "critical";
    nonconformity_minor: "軽微", "minor";
    nonconformity_major: "重大", "major";
    nonconformity_critical: "致命的", "critical";
    status: "状態", "Status";
    status_open: "未是正", "open";
    status_closed_retest: "再検査で是正を確認", "closed by retest";
    status_false_positive: "誤検知（別の一人が確認）", "false positive (second person confirmed)";
    status_pending: "確認待ち", "awaiting confirmation";
    action_confirm: "指摘として確定", "confirmed as a finding";
    action_false_positive: "誤検知と判断", "judged a false positive";
    action_closed_retest: "再検査で是正を確認", "retest found it mended";
    action_plan: "是正計画を承認", "corrective plan accepted";
    decision: "検査事業者の判断", "Decision of the inspection body";
    decided_by: "判断した人", "Decided by";
    approved_by: "承認した人", "Approved by";
    plan: "是正計画", "Corrective plan";
    plan_days: "{days}日以内", "within {days} days";
    no_plan: "なし", "none";
    grade: "評価", "Grade";
    grade_undetermined: "判定不能", "undetermined";
    risk: "リスク", "Risk";
    description: "説明", "Description";

    // 1 Summary.
    overall_audit: "情報セキュリティ監査　総合評価", "Information security audit: overall grade";
    overall_assessment: "脆弱性診断　総合評価", "Vulnerability assessment: overall grade";
    overall_changed: "規則による算定は{computed}、補正後は{final}（9章）", "{computed} by the rules, {final} after an override (chapter 9)";
    summary_lead:
        "{facility}（運営: {operator}）について、情報セキュリティ監査{audit}項目と脆弱性診断{tests}検査の結果をまとめた報告書です。",
        "This report covers the information security audit ({audit} items) and the vulnerability assessment ({tests} tests) of {facility}, run by {operator}.";
    summary_level:
        "認証レベルは、この報告書をもとに認証機関が別に決定します。",
        "The certification level is decided separately by the certification body on the strength of this report.";
    worst: "主な指摘（最大三つ）", "Main findings (at most three)";
    worst_none: "評価に数える指摘はありません。", "No finding counts towards the grades.";
    worst_chapter: "{chapter}章", "chapter {chapter}";
    what: "指摘", "Finding";
    where_found: "対象", "Target";
    see: "参照", "See";
    counts_audit: "監査項目", "Audit items";
    counts_tests: "検査", "Tests";
    counts_findings: "診断の指摘", "Assessment findings";
    counted_as: "{severity}（{grade}）", "{severity} ({grade})";
    reference_findings: "参考指摘", "for reference only";
    closed_findings: "再検査で終了", "closed by retest";
    dismissed_findings: "誤検知", "false positives";
    suspected_results: "疑い（確認待ち）", "suspected, unconfirmed";
    inconclusive_results: "判断できず", "could not decide";
    remark_pending:
        "確認待ちの疑いが{count}件あります。人が確認するまで評価に数えません（8章）。",
        "{count} suspected results await confirmation by a person; until then they do not count (chapter 8).";
    remark_inconclusive:
        "判断できなかった結果が{count}件あります。問題がないという意味ではありません（8章、11章）。",
        "{count} results could not be decided. That does not mean that nothing is wrong (chapters 8 and 11).";
    remark_unscanned:
        "調べられなかったポートが{count}個あります（11章）。",
        "{count} ports could not be scanned (chapter 11).";
    remark_unstated:
        "ポートの見逃し確率を示せない機器が{count}台あります（6章、11章）。",
        "No chance of a missed port can be stated for {count} hosts (chapters 6 and 11).";

    // 2 Subject and scope.
    section_facility: "施設", "Facility";
    section_consent: "検査への同意", "Consent to the inspection";
    section_networks: "ネットワーク", "Networks";
    section_hosts: "応答した機器", "Hosts that answered";
    section_not_inspected: "検査していないもの", "Not inspected";
    granted_by: "同意した人", "Granted by";
    valid_period: "有効な時間（日本時間）", "Valid (JST)";
    allowed_networks: "同意された範囲", "Consented networks";
    excluded_networks: "除外された範囲", "Excluded networks";
    state_changing_probes: "状態を変える検査", "Probes that change a state";
    default_credentials: "既定パスワードの試行", "Trying default passwords";
    permitted: "許可", "permitted";
    not_permitted: "不許可", "not permitted";
    segment: "区画", "Segment";
    role: "役割", "Role";
    network: "ネットワーク", "Network";
    seen_from: "検査した場所", "Inspected from";
    seen_local: "検査用端末", "the inspecting machine";
    seen_agent: "エージェント {name}", "agent {name}";
    dns_zones: "DNSゾーン", "DNS zones";
    wifi_files: "Wi-Fiの記録", "Wi-Fi captures";
    host: "機器", "Host";
    host_names: "名前（出所）・種類", "Name (source), kind";
    hardware: "MACアドレス・製造元", "MAC address, maker";
    declared: "届出", "declared";
    name_by: "{name}（{source}）", "{name} ({source})";
    identified: "{what}（確度 {confidence}）", "{what} ({confidence})";
    ports_of: "{protocol}: {ports}", "{protocol}: {ports}";
    ports_of_unstable: "{protocol}（不安定）: {ports}", "{protocol} (unstable): {ports}";
    and_more: "{list}、ほか{count}個", "{list} and {count} more";
    open_ports: "開いているポート", "Open ports";
    open_ports_none: "なし", "none";
    silent_hosts: "応答がなかったアドレス（{count}個）", "Addresses that did not answer ({count})";
    excluded_hosts: "同意により除外した範囲", "Networks excluded by the consent";
    unscanned_hosts: "調べられなかったポート、応答のないポート", "Ports not scanned, or without an answer";
    nothing_excluded: "除外された範囲、応答のないアドレス、調べられなかったポートの記録はありません。",
        "No excluded network, silent address or unscanned port is recorded.";
    hosts_none: "応答した機器はありません。", "No host answered.";

    // 3 Criteria, methods, period and team.
    section_criteria: "基準", "Criteria";
    section_methods: "手法", "Methods";
    section_period: "期間と体制", "Period and team";
    section_recorded: "ほかの方法で行い、記録した検査", "Tests performed by other means and recorded";
    programme: "認証プログラム", "Programme";
    guide: "指針", "Guide";
    edition: "基準の版", "Edition of the criteria";
    edition_value: "{key}　{version}版（{dated}）", "{key}, version {version} ({dated})";
    edition_hash: "基準の指紋（SHA-256）", "Fingerprint of the criteria (SHA-256)";
    rule_set: "評価規則", "Rule set";
    target_column: "適用した基準の列", "Column of the criteria applied";
    tool: "検査プログラム", "Inspection program";
    began: "開始（日本時間）", "Began (JST)";
    finished: "終了（日本時間）", "Finished (JST)";
    audit_registration: "登録番号（情報セキュリティ監査）", "Register number, information security audit";
    assessment_registration: "登録番号（脆弱性診断）", "Register number, vulnerability assessment";
    registration_note: "経済産業省「情報セキュリティサービス審査登録制度」の登録番号として、検査事業者が記入したものです。",
        "As entered by the inspection body for METI's register of information security services.";
    inspectors: "検査員", "Inspectors";
    pace: "送信の上限", "Pace limit";
    pace_value: "毎秒{all}パケット、弱い機器には毎秒{fragile}パケット", "{all} packets per second, {fragile} to a fragile device";
    method_audit_title: "情報セキュリティ監査", "Information security audit";
    method_audit: "検査員が各項目を、次の方法で確認し判断しました: {methods}。", "The inspectors judged each item by these methods: {methods}.";
    method_network_title: "ネットワーク脆弱性検査", "Network vulnerability tests";
    method_network: "同意された範囲の機器に検査用の通信を送り、返った通信を証拠として保存し、証拠だけから判断しました。無応答を「問題なし」とは扱いません。",
        "Probes were sent to the hosts in the consented range, their answers were stored as evidence, and every verdict follows from that evidence alone. Silence is never read as safe.";
    method_wifi_title: "WiFi脆弱性検査", "Wi-Fi vulnerability tests";
    method_wifi: "施設内外で受信した電波の記録から判断します。行ったものと行っていないものは7章に示します。",
        "Judged from captures of radio traffic in and around the facility. Chapter 7 says which were performed.";
    method_document: "文書の閲覧", "reading documents";
    method_interview: "聞き取り", "interviews";
    method_observation: "現場の観察", "observation on site";
    method_sampling: "記録の抜き取り", "sampling records";
    method_technical: "技術的な検査の結果", "results of technical tests";
    performed_by: "実施者", "Performed by";
    performed_with: "道具・手順", "Tool or procedure";

    // 4 and 5 Audit.
    audit_item: "確認内容", "Requirement";
    audit_result: "結果", "Result";
    audit_note: "所見", "Remarks";
    audit_severity_plan: "重大度・計画", "Severity, plan";
    out_of_column: "評価対象外の項目（参考）", "not evaluated in this column";
    gaps_none: "不適合と一部適合はありません。", "No item is judged not to conform, or to conform in part.";
    gap_seen: "確認したこと", "What was seen";
    gap_purpose: "この項目の目的", "Purpose of the item";
    gap_partial: "一部適合とする条件", "When partial conformity applies";
    gap_severity_changed: "既定の重大度は{default}。変更の理由: {reason}", "The default severity is {default}. Reason for the change: {reason}";
    gap_supporting: "関係する検査の指摘", "Findings of related tests";
    correction: "是正のしかた", "Correction";
    evidence_files: "証拠ファイル", "Evidence files";
    section_not_applicable: "対象外とした項目", "Items not applicable";
    not_applicable_when: "対象外にできる場合", "When it may be excluded";

    // 6 and 7 Tests.
    test: "検査", "Test";
    performed: "実施", "Performed";
    findings_count: "指摘", "Findings";
    test_state: "実施状況", "State";
    section_states: "検査の実施状況", "Which tests were performed";
    section_verdicts: "検査した場所ごとの結果", "Results by vantage";
    section_services: "機器とサービス", "Hosts and services";
    verdicts_note: "数字は、検査した場所から見た対象ごとの結果の件数です。", "Numbers count the results, one for each target seen from that vantage.";
    verdicts_none: "対象ごとの結果はありません。", "There are no results on single targets.";
    port: "ポート", "Port";
    port_open: "開", "open";
    port_unstable: "不安定", "unstable";
    service: "サービス", "Service";
    product: "製品と版（名乗り）", "Claimed product and version";
    banner: "バナー", "Banner";
    ports_joined: "{ports}/{protocol}（{count}個）", "{ports}/{protocol} ({count})";
    services_joined:
        "一台の機器で100個を超えるポートが同じ状態のときは、サービスの分からないポートを一行にまとめます。これほど多いときは、途中の機器が代わりに応答しているおそれがあります。",
        "Where more than 100 ports of one host are in the same state, those of unknown service share a row. So many suggest that a device before the host answers for it.";
    services_none: "開いているポートは見つかりませんでした。", "No open port was found.";

    // 6 Port scan.
    section_accuracy: "ポート走査の精度", "Accuracy of the port scan";
    accuracy_chance:
        "「見逃し」は、開いているポート一つを、通信の損失のために見つけられなかった確率の上限です。機器ごとに測った損失と、応答のないポートへ繰り返し問い合わせた回数（「回数」）から求めます。",
        "The chance of a miss is an upper bound: the chance that one open port was not seen because packets were lost. It follows from the loss measured on each host and from how often a port without an answer was asked (rounds).";
    accuracy_connect:
        "TCP接続方式では、失われたパケットをOSが送り直すため、損失を測れません。応答のないポートが残った機器には見逃し確率を示せませんが、見逃しがないという意味ではありません。",
        "In a connect scan the operating system repeats lost packets unseen, so the loss cannot be measured. Where ports stay without an answer no chance can be stated; that does not mean that nothing was missed.";
    accuracy_silence:
        "応答がないことは、安全の証明ではありません。応答のないポートは、閉じていることも、途中の機器が通信を捨てていることもあり、別の場所からは接続できるかもしれません。",
        "Silence is no proof of safety. A port without an answer may be closed, or something may drop what is sent to it; from elsewhere it may be open.";
    accuracy_none: "ポートを走査した機器はありません。", "No host was scanned for ports.";
    host_engine: "機器・方式", "Host, method";
    half_open: "半開走査", "half-open scan";
    connect: "TCP接続方式", "connect scan";
    scan_open: "開", "Open";
    scan_closed: "閉", "Closed";
    scan_silent: "無応答", "Silent";
    scan_unscanned: "未走査", "Not scanned";
    scan_chance: "見逃し", "Chance of a miss";
    scan_loss: "損失", "Loss";
    scan_packets: "送信数", "Packets sent";
    scan_rounds: "回数", "Rounds";
    remark_not_scanned: "走査していないポート{count}個（{reason}）", "{count} ports not scanned: {reason}";
    remark_unstable:
        "一度だけ接続を受け入れたポート{count}個（「開」に数えない）: {ports}",
        "{count} ports accepted a connection once only (not counted as open): {ports}";
    section_udp: "UDPポート", "UDP ports";
    udp_note:
        "それぞれのプロトコルで問い合わせた結果です。「応答なし」は、開いているとも閉じているとも言えません。",
        "Each port was asked in the words of its protocol. No answer means neither open nor closed.";
    udp_none:
        "UDPポートへの問い合わせの記録はありません。開いているUDPポートがないという意味ではありません。",
        "No question to a UDP port is recorded. That does not mean that none is open.";
    udp_results: "結果とポート（プロトコル）", "Result and ports (protocol)";
    udp_port: "{port}（{protocol}）", "{port} ({protocol})";

    // 8 Findings.
    findings_none: "指摘はありません。", "There are no findings.";
    finding_label: "指摘 {number}", "Finding {number}";
    section_counted: "指摘", "Findings";
    section_pending: "確認待ちの疑い", "Suspected, awaiting confirmation";
    pending_note: "版や兆候だけに基づく疑いです。人が確認するまで評価に数えません。", "Based on a version or an indicator only. They do not count until a person confirms them.";
    unlisted_fail: "実証された指摘ですが、評価に渡されていません。", "Proved, but not handed to grading.";
    section_undecided: "判断できなかった結果", "Results that could not be decided";
    undecided_note: "問題がないという意味ではありません。それぞれの理由を示します。", "That does not mean that nothing is wrong. The reason is given for each.";
    undecided_see: "問題がないという意味ではありません。理由は8章に示します。", "That does not mean that nothing is wrong. Chapter 8 gives the reasons.";
    finding_what: "何が見つかったか", "What was found";
    finding_why: "なぜ問題か", "Why it matters";
    finding_evidence: "証拠（抜粋）", "Evidence (excerpt)";
    finding_more_evidence: "ほかの証拠", "Further evidence";
    finding_recorded_evidence: "記録された証拠ファイル", "Recorded evidence files";
    finding_no_evidence: "通信の証拠はありません（ほかの方法で行い、記録した検査）。", "No traffic is stored (test performed by other means and recorded).";
    finding_repeat: "再現するコマンド", "Command to repeat it";
    finding_ids: "識別番号", "Identifiers";
    finding_key: "指摘のID", "Finding id";
    sent: "送信", "Sent";
    received: "受信", "Received";
    reference_note: "参考指摘: 適用した列では評価対象外（-）の検査のため、評価に含めません。", "For reference: its test is marked - in the applied column, so it does not count.";
    no_bytes: "保存されたバイトはありません。", "No bytes are stored.";
    vantage: "検査した場所", "Vantage";

    // 9 Derivation.
    section_grades: "算定と最終の評価", "Computed and final grades";
    section_trace: "適用した規則", "Rules applied";
    section_effects: "指摘の数え方", "How each finding counts";
    section_overrides: "評価の補正", "Overrides";
    section_grade_tables: "評価の意味", "What the grades mean";
    section_numbers: "使用した数値", "Numbers used";
    part: "区分", "Part";
    part_audit: "情報セキュリティ監査", "Information security audit";
    part_assessment: "脆弱性診断", "Vulnerability assessment";
    computed_grade: "算定", "Computed";
    final_grade: "最終", "Final";
    rule: "規則", "Rule";
    explanation: "説明", "Explanation";
    effect: "評価への反映", "Effect";
    effect_counted: "{grade}として数える", "counts as {grade}";
    effect_tolerated: "{grade}として数える（VA-T1）", "counts as {grade} (VA-T1)";
    effect_reference: "参考指摘（数えない）", "reference, not counted";
    effect_closed: "再検査で終了（数えない）", "closed, not counted";
    effect_dismissed: "誤検知（数えない）", "false positive, not counted";
    effect_undetermined: "判定不能のため未算定", "not evaluated, part undetermined";
    mark_in_column: "適用列の記号", "Mark applied";
    overrides_none: "補正の申請はありません。", "No override was requested.";
    override_change: "変更", "Change";
    override_from_to: "{from}から{to}へ", "{from} to {to}";
    override_applied: "適用", "applied";
    override_refused: "不適用", "refused";
    override_unconsidered: "判定不能のため検討せず", "not considered, a part is undetermined";
    override_by: "申請した人", "Requested by";
    outcome: "結果", "Outcome";
    evidence: "証拠", "Evidence";
    current_grade: "今回の評価", "this inspection";
    tally: "この検査での数", "Counts of this inspection";
    tally_applicable: "適用される基本対策 (n)", "Applicable basic items (n)";
    tally_nonconforming: "うち不適合 (N)", "of them not conforming (N)";
    tally_partial: "うち一部適合 (P)", "of them conforming in part (P)";
    tally_nonconforming_limit: "Dにならない不適合の上限", "Most N without grade D";
    tally_gaps_limit: "Dにならない不適合と一部適合の上限", "Most N + P without grade D";
    number_rule_set: "規則の名前", "Rule set";
    number_foundation: "すべて不適合ならEとなる土台の項目 (AU-E2)", "Foundation items; none conforming gives E (AU-E2)";
    number_e_above: "Eとなる不適合の割合 (AU-E3)", "Share of N above which the grade is E (AU-E3)";
    number_d_nonconforming: "Dとならない不適合の割合 (AU-D2)", "Share of N tolerated without D (AU-D2)";
    number_d_gaps: "Dとならない不適合と一部適合の割合 (AU-D2)", "Share of N + P tolerated without D (AU-D2)";
    number_partials_in_b: "Bで認める基本対策の一部適合 (AU-B1)", "Basic items in part allowed in B (AU-B1)";
    number_plan_days: "計画と認める日数の上限", "Longest plan, in days";
    number_cap: "★の列で得られる最も良い評価 (AU-C0, VA-C0)", "Best grade in column ★ (AU-C0, VA-C0)";
    number_override_chars: "補正の理由の最少文字数 (OV-R1)", "Shortest reason of an override, in characters (OV-R1)";
    number_cvss: "CVSS 3.1基本値の区切り（低・中・高・緊急）", "CVSS 3.1 base scores at which low, medium, high, critical begin";

    // 10 Common risks.
    risks_lead: "認証プログラムが挙げる、よく見られるリスクです。関係する項目と検査の結果だけから示します。",
        "The common risks that the programme names. What is said here follows from the results of the related items and tests alone.";
    risks_none: "この基準の版には、よく見られるリスクが定められていません。", "This edition names no common risks.";
    risk_rows: "関係する項目と検査", "Related items and tests";
    risk_unmapped: "関係する項目は、この基準の版に定められていません。", "This edition does not say which items are related.";
    risk_present: "該当する指摘があります", "Findings bear on this risk";
    risk_uncertain: "判断できない部分があります", "Part of it could not be decided";
    risk_absent: "関係する項目と検査に指摘はありません", "No finding among the related items and tests";
    row_no_finding: "指摘なし", "no finding";
    row_findings: "指摘 {count}件", "findings: {count}";
    row_suspected: "疑い {count}件", "suspected: {count}";
    row_undecided: "判断できず {count}件", "undecided: {count}";

    // 11 Limits.
    limits_lead: "この報告書は、検査した時点で、同意された範囲の中に見えたものを述べます。ここに書かれていない弱点がないことを保証するものではありません。",
        "This report states what could be seen at the time of the inspection within the consented range. It is no guarantee that there are no other weaknesses.";
    section_inspection_limits: "この検査の制約", "Limits of this inspection";
    section_not_run: "行っていない検査", "Tests not performed";
    section_port_limits: "ポート走査で言えないこと", "What the port scans cannot say";
    limit: "言えないこと", "What cannot be said";
    port_limits_see: "機器ごとの数と意味は6章に示します。", "Chapter 6 gives the numbers of each host and what they mean.";
    limit_middlebox: "途中の機器が代わりに応答している可能性がある", "a device before the host may answer for it";
    limit_went_silent: "調べている間に応答が止まった", "it stopped answering while it was asked";
    limit_refusals: "拒否の応答数が制限され、閉じているポートを見分けられない", "refusals are limited, so closed ports look silent";
    limit_unscanned: "走査していないポートがある（{reason}）", "some ports were not scanned: {reason}";
    limit_silent: "応答のないポートがある（閉じているとは限らない）", "some ports gave no answer, which does not prove them closed";
    limit_unstable: "一度だけ接続を受け入れたポートがある（開いているとも閉じているとも言えない）", "some ports accepted a connection once only, so they are neither open nor closed";
    limit_udp_silent: "応答のないUDPポートがある（開いているとも閉じているとも言えない）", "some UDP ports gave no answer, so they are neither open nor closed";
    section_blind: "行った検査で見えないもの", "What the performed tests cannot see";
    unscanned_value: "{ports}個: {reason}", "{ports}: {reason}";
    filtered_value: "応答のないポート {count}個（閉じているとは限らない）", "{count} ports gave no answer (which does not prove them closed)";
    ports_count: "ポート", "Ports";
    missing_glyphs: "この報告書の書体にない文字は、［U+20BB7］のようにコードポイントで示しました。該当する文字: {list}。",
        "Characters that the fonts of this report lack are shown as code points in brackets, such as [U+20BB7]. They are: {list}.";
    cannot_see: "見えないもの", "Cannot see";

    // Appendix and signatures.
    section_traffic: "通信の証拠", "Traffic";
    section_files: "証拠ファイル", "Files";
    register_lead: "SHA-256は、保存した送信バイトに続けて受信バイトを並べたものの値です。時刻は日本時間です。",
        "SHA-256 is over the stored bytes sent followed by those received. Times are JST.";
    time: "時刻", "Time";
    source: "送信元", "From";
    target: "対象", "Target";
    bytes: "バイト", "Bytes";
    bytes_sent_received: "送信・受信（バイト）", "Sent, received (bytes)";
    traffic_none: "通信の証拠はありません。", "No traffic is stored.";
    files_none: "証拠ファイルはありません。", "There are no files.";
    path: "ファイル", "File";
    fingerprint: "データの指紋", "Data fingerprint";
    fingerprint_note: "この報告書の元になった assessment.json のSHA-256です。手元のファイルの値と比べて確かめられます。",
        "SHA-256 of the assessment.json behind this report. Compare it with that of the file at hand.";
    signatures_lead: "この報告書に電子署名は付いていません。次の欄に署名した時点で、検査事業者の報告書になります。",
        "This report carries no electronic signature. It becomes the report of the inspection body once it is signed below.";
    signatures_draft: "発行できない状態のため、署名しないでください。", "It cannot be issued in its present state: do not sign.";
    signature_role: "役割", "Role";
    signature_name: "氏名", "Name";
    signature: "署名", "Signature";
    signature_date: "日付", "Date";
    role_inspector: "検査員", "Inspector";
    role_reviewer: "審査者（検査に加わっていない人）", "Reviewer (not one of the inspectors)";
    differing_opinions: "意見の相違（あれば記入）", "Differing opinions (if any)";
}
