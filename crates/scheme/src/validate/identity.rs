use crate::draft::EditionTables;
use crate::input::{InputError, shorten};
use crate::place::Placed;
use crate::text::Text;

/// Checks what names the edition and the rules it is graded by.
pub(super) fn check(general: &Placed<'_, EditionTables>) -> Result<(), InputError> {
    let place = general.place.key("edition");
    let edition = &general.value.edition;
    if !is_key(&edition.key) {
        let key = shorten(&edition.key);
        let fault = place.key("key").fault(
            format!("`{key}` は版のキーにできません"),
            format!("`{key}` cannot be the key of an edition"),
        );
        return Err(fault.with_hint(Text::new(
            format!("小文字の英数字と `-` で、{MAX_KEY_BYTES}文字まで"),
            format!("allowed: lower-case letters, digits and `-`, at most {MAX_KEY_BYTES}"),
        )));
    }
    if !is_month_or_date(&edition.dated) {
        let dated = shorten(&edition.dated);
        let fault = place
            .key("dated")
            .fault(format!("`{dated}` は日付として読めません"), format!("`{dated}` is not a date"));
        return Err(fault.with_hint(Text::new("例 `2021-03`、`2021-03-31`", "as in `2021-03`")));
    }
    if edition.validity_days == 0 {
        let place = place.key("validity_days");
        return Err(
            place.fault("有効期間は1日以上です", "a certificate is valid for 1 day or more")
        );
    }
    let rule_set = &general.value.grading.rule_set;
    if !KNOWN_RULE_SETS.contains(&rule_set.as_str()) {
        let rule_set = shorten(rule_set);
        let fault = general.place.key("grading").key("rule_set").fault(
            format!("規則集 `{rule_set}` は、このプログラムにありません"),
            format!("this program does not know rule set `{rule_set}`"),
        );
        let known = KNOWN_RULE_SETS.join("`, `");
        return Err(fault
            .with_hint(Text::new(format!("使えるのは `{known}`"), format!("allowed: `{known}`"))));
    }
    Ok(())
}

/// Longest key of an edition; it stands in file names and on every document.
const MAX_KEY_BYTES: usize = 64;

/// The rule sets that the grading code implements.
const KNOWN_RULE_SETS: &[&str] = &["GR-1"];

fn is_key(text: &str) -> bool {
    text.len() <= MAX_KEY_BYTES
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether `text` looks like `2021-03` or `2021-03-31`.
fn is_month_or_date(text: &str) -> bool {
    let number = |text: &str, digits: usize| {
        let well_formed = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
        if well_formed { text.parse::<u16>().unwrap_or(0) } else { 0 }
    };
    let mut parts = text.split('-');
    let year = parts.next().map_or(0, |part| number(part, 4));
    let month = parts.next().map_or(0, |part| number(part, 2));
    let day = parts.next().map_or(1, |part| number(part, 2));
    year > 0 && (1..=12).contains(&month) && (1..=31).contains(&day) && parts.next().is_none()
}
