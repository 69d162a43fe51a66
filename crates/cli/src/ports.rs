use hoshimori_inspection::evidence::PortSpan;
use hoshimori_pipeline::plan::ALL_PORTS;
use hoshimori_scheme::{Text, shorten};

use crate::failure::Failure;

/// Reads `22,80,8000-8100`, `-1000`, `1000-` or `-` (all): ascending, each port once.
pub(crate) fn parse(text: &str) -> Result<Vec<PortSpan>, Failure> {
    let mut spans = text.split(',').map(parse_span).collect::<Option<Vec<_>>>();
    let Some(spans) = &mut spans else {
        let shown = shorten(text);
        return Err(Failure::Usage(Text::new(
            format!(
                "`{shown}` はポートの指定として読めません。`22,80,8000-8100` のように1～65535で書きます"
            ),
            format!("`{shown}` names no ports; write 1 to 65535 like `22,80,8000-8100`"),
        )));
    };
    spans.sort_unstable();
    let mut joined: Vec<PortSpan> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.first <= last.last.saturating_add(1) => {
                last.last = last.last.max(span.last);
            }
            _ => joined.push(*span),
        }
    }
    Ok(joined)
}

fn parse_span(text: &str) -> Option<PortSpan> {
    let port = |text: &str, default: u16| match text.trim() {
        "" => Some(default),
        digits => digits.parse().ok().filter(|port| *port > 0),
    };
    let (first, last) = match text.trim().split_once('-') {
        Some((first, last)) => (port(first, ALL_PORTS.first)?, port(last, ALL_PORTS.last)?),
        None if text.trim().is_empty() => return None,
        None => {
            let only = port(text, 0)?;
            (only, only)
        }
    };
    (first <= last).then_some(PortSpan { first, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        let spans = parse(text).ok()?;
        Some(spans.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn spans_are_sorted_and_joined() {
        assert_eq!(shown("80,22,79,1000-2000,1500-3000").as_deref(), Some("22,79-80,1000-3000"));
        assert_eq!(shown("-").as_deref(), Some("1-65535"));
        assert_eq!(shown("-100").as_deref(), Some("1-100"));
        assert_eq!(shown("65000-").as_deref(), Some("65000-65535"));
        assert_eq!(shown("65535,1").as_deref(), Some("1,65535"));
    }

    #[test]
    fn impossible_ports_are_refused() {
        for text in ["", "0", "65536", "80,", "ssh", "90-80", "1-2-3", "-0"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
