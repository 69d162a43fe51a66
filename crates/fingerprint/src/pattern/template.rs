use regex::Captures;

use crate::error::Fault;

/// The longest value that a pattern makes of a text, in characters: ours; names and versions are
/// far shorter, and a longer one is the text of somebody who wants to fill reports.
const MAX_VALUE: usize = 200;

/// What every CPE 2.3 formatted string begins with (NISTIR 7695 section 6.2).
const CPE: &str = "cpe:2.3:";

/// How many parts follow, from `part` to `other`.
const CPE_PARTS: usize = 11;

/// A piece of a template.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Part {
    /// As it stands.
    Fixed(String),
    /// The text of a group of the expression.
    Group(usize),
}

/// A value with groups of the expression in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Template {
    /// Any text.
    Text(Vec<Part>),
    /// A CPE 2.3 formatted string, by its parts.
    Cpe(Vec<Vec<Part>>),
}

impl Template {
    /// The value of `key`; `find` knows what a name in braces stands for.
    pub(crate) fn parse(
        key: &'static str,
        text: &str,
        find: impl Fn(&str) -> Option<Part>,
    ) -> Result<Self, Fault> {
        if key.rsplit('.').next() != Some("cpe") {
            return Ok(Self::Text(parts(key, text, &find)?));
        }
        let wrong = || Fault::Cpe { key };
        let names = split_cpe(text.strip_prefix(CPE).ok_or_else(wrong)?);
        let is_kind = names.first().is_some_and(|kind| ["a", "o", "h"].contains(kind));
        if names.len() != CPE_PARTS || !is_kind {
            return Err(wrong());
        }
        let parsed = names.into_iter().map(|name| parts(key, name, &find));
        let parsed = parsed.collect::<Result<Vec<_>, _>>()?;
        let mut fixed = parsed.iter().flatten().filter_map(|part| match part {
            Part::Fixed(text) => Some(text),
            Part::Group(_) => None,
        });
        if !fixed.all(|text| is_quoted(text)) {
            return Err(wrong());
        }
        Ok(Self::Cpe(parsed))
    }

    /// The value for a text that matched; `None` where it is empty.
    pub(crate) fn render(&self, captures: &Captures<'_>) -> Option<String> {
        match self {
            Self::Text(parts) => {
                let text: String = parts.iter().map(|part| part.text(captures)).collect();
                let shown = text.chars().filter(|sign| !sign.is_control()).take(MAX_VALUE);
                let shown: String = shown.collect();
                Some(shown.trim().to_owned()).filter(|text| !text.is_empty())
            }
            Self::Cpe(names) => {
                let names: Vec<String> =
                    names.iter().map(|name| cpe_part(name, captures)).collect();
                Some(format!("{CPE}{}", names.join(":")))
            }
        }
    }
}

impl Part {
    fn text<'a>(&'a self, captures: &Captures<'a>) -> &'a str {
        match self {
            Self::Fixed(text) => text,
            Self::Group(index) => captures.get(*index).map_or("", |found| found.as_str()),
        }
    }
}

/// `text` as fixed pieces and names in braces.
fn parts(
    key: &'static str,
    text: &str,
    find: &impl Fn(&str) -> Option<Part>,
) -> Result<Vec<Part>, Fault> {
    let mut parts = Vec::new();
    let mut fixed = String::new();
    let mut rest = text.chars().peekable();
    while let Some(sign) = rest.next() {
        if matches!(sign, '{' | '}') && rest.next_if_eq(&sign).is_some() {
            fixed.push(sign);
        } else if sign == '{' {
            let mut name = String::new();
            loop {
                match rest.next() {
                    Some('}') => break,
                    Some(sign) => name.push(sign),
                    None => return Err(Fault::Brace { key }),
                }
            }
            let Some(part) = find(&name) else {
                return Err(Fault::UnknownGroup { key, group: name });
            };
            parts.extend((!fixed.is_empty()).then(|| Part::Fixed(std::mem::take(&mut fixed))));
            parts.push(part);
        } else if sign == '}' {
            return Err(Fault::Brace { key });
        } else {
            fixed.push(sign);
        }
    }
    parts.extend((!fixed.is_empty()).then_some(Part::Fixed(fixed)));
    Ok(parts)
}

/// The parts of a formatted string without its prefix: colons divide it unless they are quoted.
fn split_cpe(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut is_quoted = false;
    let mut rest = text;
    let mut at = 0;
    for (index, sign) in text.char_indices() {
        if sign == ':' && !is_quoted {
            let (name, after) = rest.split_at(index - at);
            names.push(name);
            rest = after.strip_prefix(':').unwrap_or(after);
            at = index + 1;
        }
        is_quoted = sign == '\\' && !is_quoted;
    }
    names.push(rest);
    names
}

/// Whether `text` is written as NISTIR 7695 section 6.2.1 asks: signs quoted, small letters.
fn is_quoted(text: &str) -> bool {
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        let is_fine = match sign {
            '\\' => signs.next().is_some_and(|quoted| quoted.is_ascii_punctuation()),
            'a'..='z' | '0'..='9' | '.' | '_' | '-' | '*' | '?' => true,
            _ => false,
        };
        if !is_fine {
            return false;
        }
    }
    true
}

/// One part of a formatted string: groups are quoted, and nothing stands for any value.
fn cpe_part(name: &[Part], captures: &Captures<'_>) -> String {
    let mut text = String::new();
    for part in name {
        match part {
            Part::Fixed(fixed) => text.push_str(fixed),
            Part::Group(_) => match quote(part.text(captures)) {
                Some(quoted) => text.push_str(&quoted),
                None => return "*".to_owned(),
            },
        }
    }
    if text.is_empty() { "*".to_owned() } else { text }
}

/// `text` as it stands in a formatted string; `None` where no formatted string can hold it.
pub(super) fn quote(text: &str) -> Option<String> {
    let mut quoted = String::new();
    for sign in text.trim().chars().take(MAX_VALUE) {
        match sign {
            'a'..='z' | '0'..='9' | '_' | '.' | '-' => quoted.push(sign),
            'A'..='Z' => quoted.push(sign.to_ascii_lowercase()),
            ' ' => quoted.push('_'),
            _ if sign.is_ascii_punctuation() => quoted.extend(['\\', sign]),
            _ => return None,
        }
    }
    Some(quoted)
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    fn render(key: &'static str, template: &str, expression: &str, text: &str) -> Option<String> {
        let expression = Regex::new(expression).unwrap();
        let find = |name: &str| {
            let at = expression.capture_names().position(|group| group == Some(name));
            at.map(Part::Group)
        };
        let template = Template::parse(key, template, find).unwrap();
        template.render(&expression.captures(text).unwrap())
    }

    #[test]
    fn a_group_that_took_no_part_stands_for_nothing() {
        let expression = "^Tea(?:/(?<version>[0-9.]+))?";
        assert_eq!(render("product.version", "{version}", expression, "Tea"), None);
        let found = render("product.name", "Tea {version}", expression, "Tea");
        assert_eq!(found.as_deref(), Some("Tea"));
    }

    #[test]
    fn values_of_a_formatted_string_are_quoted_and_never_empty() {
        let cpe = "cpe:2.3:a:tea:pot:{version}:{patch}:*:*:*:*:*:*";
        let expression = "^(?<version>[^ ]+)(?: (?<patch>.*))?$";
        let found = render("product.cpe", cpe, expression, "1.0+B:*");
        assert_eq!(found.unwrap(), r"cpe:2.3:a:tea:pot:1.0\+b\:\*:*:*:*:*:*:*:*");
        let found = render("product.cpe", cpe, expression, "版");
        assert_eq!(found.unwrap(), "cpe:2.3:a:tea:pot:*:*:*:*:*:*:*:*");
    }

    #[test]
    fn control_characters_and_endless_values_do_not_reach_a_report() {
        let found = render("product.name", "{name}", "(?s)^(?<name>.*)$", "a\u{1b}[31m\nb");
        assert_eq!(found.unwrap(), "a[31mb");
        let found = render("product.name", "{name}", "^(?<name>.*)$", &"x".repeat(1_000));
        assert_eq!(found.unwrap().len(), MAX_VALUE);
    }

    #[test]
    fn refuses_what_is_no_template_and_no_formatted_string() {
        let none = |_: &str| None;
        for text in ["{version", "version}", "{version}"] {
            assert!(Template::parse("product.version", text, none).is_err(), "{text}");
        }
        for text in [
            "cpe:/a:tea:pot",
            "cpe:2.3:a:tea:pot",
            "cpe:2.3:x:tea:pot:*:*:*:*:*:*:*:*",
            "cpe:2.3:a:Tea:pot:*:*:*:*:*:*:*:*",
            "cpe:2.3:a:tea pot:x:*:*:*:*:*:*:*:*",
        ] {
            assert!(Template::parse("product.cpe", text, none).is_err(), "{text}");
        }
    }

    #[test]
    fn doubled_braces_are_braces() {
        let template = Template::parse("product.name", "a{{b}}", |_| None).unwrap();
        assert_eq!(template, Template::Text(vec![Part::Fixed("a{b}".into())]));
    }
}
