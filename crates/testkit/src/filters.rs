/// Regular expressions of what varies from run to run, each with what stands for it in a snapshot.
///
/// For `insta::Settings::set_filters`, in this order: a later one must not see what an earlier one
/// has to replace.
pub fn snapshot_filters() -> Vec<(&'static str, &'static str)> {
    vec![
        (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?([+-]\d{2}:\d{2}|Z)", "[time]"),
        (r"\b[0-9a-f]{64}\b", "[sha256]"),
        (r"\bh[0-9a-f]{9,}\b", "[token]"),
        (r"\b[G-V]{12}\b", "[method]"),
        (r"[A-Za-z0-9+/]{40,}={0,2}", "[base64]"),
        (r"(/[\w.-]+)*/\.tmp\w+", "[folder]"),
        (r#"("source": "[0-9.]+):\d+"#, "$1:[port]"),
        (r#"("rtt_us": )\d+"#, "$1[duration]"),
        (r#"("hoshimori": )"[0-9.]+""#, r#"$1"[version]""#),
    ]
}
