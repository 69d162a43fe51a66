//! The JSON Schemas themselves; that real output follows them is asserted where it is made.

use serde_json::{Value, json};

use crate::support::schema::{is_valid, names, read};

#[test]
fn each_format_has_a_schema_of_the_2020_12_draft() {
    let names = names();
    assert_eq!(names, ["assessment", "criteria", "doctor", "grade", "grade-request", "scan"]);
    for name in names {
        let schema = read(&name);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
    }
}

#[test]
fn each_property_of_a_schema_is_described() {
    for name in names() {
        let bare = undescribed(&read(&name), "");
        assert!(bare.is_empty(), "{name}: {bare:#?}");
    }
}

#[test]
fn documents_that_lack_what_scripts_rely_on_are_refused() {
    for (name, format) in [("scan", "scan/1"), ("assessment", "assessment/1"), ("grade", "grade/1")]
    {
        assert!(!is_valid(name, &json!({ "hoshimori": "0.1.0", "format": format })), "{name}");
        assert!(!is_valid(name, &json!({ "format": "other/1" })), "{name}");
    }
}

/// The paths of properties that neither say what they are nor refer to a definition that does.
fn undescribed(schema: &Value, path: &str) -> Vec<String> {
    let mut bare = Vec::new();
    match schema {
        Value::Object(fields) => {
            if let Some(Value::Object(properties)) = fields.get("properties") {
                for (name, property) in properties {
                    let is_described =
                        property.get("description").is_some() || property.get("$ref").is_some();
                    if !is_described {
                        bare.push(format!("{path}/{name}"));
                    }
                }
            }
            for (name, value) in fields {
                bare.extend(undescribed(value, &format!("{path}/{name}")));
            }
        }
        Value::Array(values) => {
            for value in values {
                bare.extend(undescribed(value, path));
            }
        }
        _ => {}
    }
    bare
}
