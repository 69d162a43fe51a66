//! What two runs over the same network may differ in.

use serde_json::Value;

/// Replaces times, durations and own ports in `document`, which is an assessment; drops the
/// questions that led to nothing, some of which name the own port and which may be cut short.
pub(crate) fn mask(document: &mut Value) {
    match document {
        Value::Object(fields) => {
            if fields.get("asked").is_some_and(Value::is_array) {
                fields.remove("asked");
            }
            for (name, value) in fields {
                match (name.as_str(), &mut *value) {
                    ("at" | "began_at" | "finished_at", Value::String(time)) => {
                        "[time]".clone_into(time);
                    }
                    // The source of a name is a word.
                    ("source", Value::String(address)) => {
                        if let Some(end) = address.rfind(':') {
                            address.replace_range(end.., ":[port]");
                        }
                    }
                    ("rtt_us", Value::Number(_)) => *value = "[duration]".into(),
                    _ => mask(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(mask),
        _ => {}
    }
}

/// Where two documents differ first.
pub(crate) fn first_difference(one: &Value, other: &Value, path: &str) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => one
            .iter()
            .zip(other.values())
            .find_map(|((key, one), other)| first_difference(one, other, &format!("{path}/{key}"))),
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            one.iter().zip(other).enumerate().find_map(|(at, (one, other))| {
                first_difference(one, other, &format!("{path}/{at}"))
            })
        }
        _ => (one != other).then(|| format!("{path}: {one} and {other}")),
    }
}
