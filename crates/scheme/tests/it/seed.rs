//! The programme's own tables, typed in from its printed text and compared row by row.

use hoshimori_scheme::{AuditCriterion, Marks, Scheme, TechnicalTest};

/// Label, title and marks ★ ★★ ★★★ of the audit table. Row 21 is printed up to its first ● only.
const AUDIT_ROWS: [(&str, &str, &str); 32] = [
    ("基本対策①", "セキュリティポリシーの策定", "●●●"),
    ("基本対策②", "利用規約の作成・利用者からの同意", "●●●"),
    ("基本対策③", "事故発生対応マニュアルの整備", "●●●"),
    ("基本対策④", "トレーニング・定期チェック", "●●●"),
    ("基本対策⑤", "最新のセキュリティ情報の収集・確認", "●●●"),
    ("基本対策①", "利用者の本人確認", "●●●"),
    ("基本対策②", "個人情報の適切な管理", "●●●"),
    ("基本対策③", "Webサイトの適切な管理", "●●●"),
    ("基本対策④", "利用ログの取得・管理", "●●●"),
    ("応用対策⑤", "電子的な入退室管理システムの導入", "-▲●"),
    ("応用対策⑥", "生体認証システムの導入", "-▲●"),
    ("応用対策⑦", "会員区分の明確化", "-▲●"),
    ("基本対策①", "最新ファームウェアの適用", "●●●"),
    ("基本対策②", "管理者パスワードの適切な設定", "●●●"),
    ("基本対策③", "無線LANアクセスポイントの適切な設定", "●●●"),
    ("基本対策④", "無線LANアクセスポイントのパスフレーズの設定と管理", "●●●"),
    ("基本対策⑤", "利用者の端末間通信の禁止設定", "●●●"),
    ("基本対策⑥", "業務用ネットワークとの分離", "●●●"),
    ("基本対策⑦", "アクセスログの適切な管理", "●●●"),
    ("応用対策⑧", "高度なセキュリティの導入", "-▲●"),
    ("基本対策①", "最新ファームウェアの適用", "●●●"),
    ("基本対策②", "管理者パスワードの適切な設定", "●●●"),
    ("基本対策③", "機器設定の確認", "●●●"),
    ("基本対策④", "複合機のインターネット接続の禁止", "●●●"),
    ("基本対策⑤", "複合機に蓄積されたデータの消去", "●●●"),
    ("応用対策⑥", "IDカードやパスワードによる複合機の出力管理", "-▲●"),
    ("基本対策①", "インストールされたソフトウェアの最新化", "●●●"),
    ("基本対策②", "環境設定の初期化・復元", "●●●"),
    ("応用対策③", "のぞき見防止フィルタ", "-▲●"),
    ("基本対策①", "オンライン（Web）会議等の音声利用のための場所の確保", "●●●"),
    ("応用対策②", "スマートロッカーの導入", "-▲●"),
    ("応用対策③", "シュレッダー、溶解BOXの導入", "-▲●"),
];

/// Item, title and marks ★ ★★ ★★★ of the assessment table. A cell that stands for several rows is
/// repeated; the two lines of N-02 are joined with `／`.
const TEST_ROWS: [(&str, &str, &str); 32] = [
    ("ポートスキャン", "TCP全ポートに対するポートスキャンにより、ホストの応答を確認する", "▲●●"),
    (
        "実行中のサービスの検出",
        "バナー情報などからソフトウェアバージョンを検知する／バージョンに存在する脆弱性を調査する",
        "▲●●",
    ),
    ("DNSに関する調査", "再帰問い合わせの可否を確認する", "-▲●"),
    ("DNSに関する調査", "DNSゾーン転送の可否を確認する", "-▲●"),
    ("メールサーバに関する調査", "メールサーバでの第三者中継の可否を確認する", "-▲●"),
    ("メールサーバに関する調査", "VRIFYコマンド、EXPNコマンドの可否を確認する", "-▲●"),
    ("FTPに関する調査", "anonymousユーザの許可・権限を確認する", "-▲●"),
    ("FTPに関する調査", "インターネット経由でのアクセス可否を確認する", "-▲●"),
    ("Windowsネットワークサービスに関する調査", "システム・ユーザ情報の取得可否を確認する", "-▲●"),
    ("Windowsネットワークサービスに関する調査", "Nullセッション接続の可否を確認する", "-▲●"),
    ("SNMPに関する調査", "SNMPによるシステム情報の取得可否を確認する", "-▲●"),
    (
        "SNMPに関する調査",
        "デフォルトコミュニティ名 (public,private)による接続可否を確認する",
        "-▲●",
    ),
    ("SSHサーバに関する調査", "パスワード認証が許可されていないか確認する", "-▲●"),
    ("データベースサーバに関する調査", "インターネット経由でのアクセス可否を確認する", "-▲●"),
    ("Webサーバの脆弱性", "サポートするHTTPメソッドを確認する", "-▲●"),
    ("Webサーバの脆弱性", "TRACE/TRACKのサポート有無を確認する", "-▲●"),
    ("Webサーバの脆弱性", "Apache系のExpectヘッダXSS有無を確認する", "-▲●"),
    ("Webサーバの脆弱性", "Apache系の403エラー-UTF7XSS有無を確認する", "-▲●"),
    ("Webサーバの脆弱性", "IISのレスポンスヘッダによる内部IPアドレス開示有無を確認する", "-▲●"),
    ("Webサーバの脆弱性", "SSL証明書の正当性を確認する", "-▲●"),
    ("Webサーバの脆弱性", "SSLv2サポートの有無を確認する", "-▲●"),
    ("Webサーバの脆弱性", "弱い暗号化方式の使用可否を確認する", "-▲●"),
    (
        "Windowsの既知の脆弱性",
        "バージョン・得られたシステム情報より、未適用パッチを特定する",
        "▲●●",
    ),
    ("その他各種OSの既知の脆弱性", "バージョン情報より既知の脆弱性を特定する", "▲●●"),
    (
        "バックドアの調査",
        "バックドアの可能性が高い、非標準ポートで動作しているサービスを確認する",
        "-▲●",
    ),
    ("P2Pソフトウェアの調査", "P2Pソフトウェアが動作していないか確認する", "-▲●"),
    ("各種ネットワーク機器の既知の脆弱性", "機器が特定できた場合、既知の脆弱性を確認する", "▲●●"),
    (
        "SSIDをブロードキャストしているアクセスポイントの検出",
        "診断地点にてビーコン信号を発信しているアクセスポイントを検出する",
        "▲●●",
    ),
    ("アクセスポイントの調査", "検出されたアクセスポイントを管理下・非管理を確認する", "-▲●"),
    (
        "電波到達範囲の調査",
        "検出されたアクセスポイントを敷地内外における電波到達範囲を確認する",
        "▲●●",
    ),
    (
        "脆弱な設定のアクセスポイントの調査",
        "無線通信の暗号強度を診断し、open、WEP等を使用しているセキュリティを弱める脆弱な設定のアクセスポイントを確認する ※WPAはWEPの弱点に対応し、鍵生成、鍵交換、改ざん検知の仕組みを組み込み改良した方式のため本検査における脆弱性として指摘対象外",
        "▲●●",
    ),
    (
        "アクセスポイントへの侵入試行",
        "非管理のアクセスポイントが内部ネットワークに接続されているか確認する",
        "-▲●",
    ),
];

fn symbols(marks: Marks) -> String {
    [marks.one, marks.two, marks.three].map(hoshimori_scheme::Mark::symbol).concat()
}

#[test]
fn audit_rows_are_those_that_the_programme_prints() {
    let row = |criterion: &AuditCriterion| {
        let AuditCriterion { seed_label, title, marks, .. } = criterion;
        (seed_label.clone(), title.ja.clone(), symbols(*marks))
    };
    let rows: Vec<_> = Scheme::embedded().audit().iter().map(row).collect();
    let printed =
        AUDIT_ROWS.map(|(label, title, marks)| (label.into(), title.into(), marks.into()));
    assert_eq!(rows, printed);
}

#[test]
fn test_rows_are_those_that_the_programme_prints() {
    let row = |test: &TechnicalTest| {
        let TechnicalTest { item, title, marks, .. } = test;
        (item.ja.clone(), title.ja.clone(), symbols(*marks))
    };
    let rows: Vec<_> = Scheme::embedded().tests().iter().map(row).collect();
    let printed = TEST_ROWS.map(|(item, title, marks)| (item.into(), title.into(), marks.into()));
    assert_eq!(rows, printed);
}

#[test]
fn domains_are_the_six_that_the_programme_names() {
    let mut domains: Vec<(u8, &str, &str)> = Vec::new();
    for criterion in Scheme::embedded().audit() {
        let domain =
            (criterion.domain, criterion.domain_title.ja.as_str(), criterion.category.ja.as_str());
        if domains.last() != Some(&domain) {
            domains.push(domain);
        }
    }
    assert_eq!(
        domains,
        [
            (1, "管理体制（セキュリティポリシー・トレーニング等）", "ポリシー"),
            (2, "入退室管理・利用者情報", "ポリシー"),
            (3, "ネットワーク機器（無線LANアクセスポイント、ルーター等）", "ネットワーク"),
            (4, "ネットワーク接続機器（複合機・防犯カメラ等）", "ネットワーク"),
            (5, "レンタルPC", "設備"),
            (6, "物理設備（ロッカー等）", "設備"),
        ]
    );
}
