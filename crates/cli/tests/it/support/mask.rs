//! What two runs over the same network may differ in.

use serde_json::Value;

/// Replaces times, durations and own ports in `document`, which is an assessment.
pub(crate) fn mask(document: &mut Value) {
    match document {
        Value::Object(fields) => {
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
