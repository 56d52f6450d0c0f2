//! The JSON schema of `maxpods.toml`, with which editors complete its keys. It follows from the table of the keys.

use maxpods::check::RULES;
use serde_json::{Map, Value, json};

use super::NAME;
use super::keys::{AT, FILES, Key, SETTINGS, TOP, Takes};

/// The schema, as JSON.
pub fn schema() -> Value {
    let mut top = properties(TOP);
    let settings = json!({
        "type": "object",
        "properties": properties(SETTINGS),
        "required": [FILES],
        "additionalProperties": false,
    });
    let about = "Settings of the nodes that files make. The last table that matches a file counts.";
    top.insert(AT.into(), json!({"description": about, "type": "array", "items": settings}));
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": NAME,
        "description": "Settings of maxpods check: what no file says, by path.",
        "type": "object",
        "properties": top,
        "additionalProperties": false,
    })
}

fn properties<T>(keys: &[Key<T>]) -> Map<String, Value> {
    let property = |key: &Key<T>| {
        let mut schema = match &key.takes {
            Takes::Flag(_) => json!({"type": "boolean"}),
            Takes::Count(least, _) => json!({"type": "integer", "minimum": least, "maximum": u32::MAX}),
            Takes::Word(words, _) => json!({"enum": words}),
            Takes::Version(_) => json!({"type": "string", "pattern": r"^v?\d+\.\d+"}),
            Takes::Rules(_) => {
                let ids: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
                json!({"type": "array", "items": {"enum": ids}})
            }
            Takes::Globs(_) | Takes::Types(_) => {
                json!({"type": "array", "items": {"type": "string", "minLength": 1}})
            }
        };
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".into(), key.about.into());
        }
        (key.name.to_owned(), schema)
    };
    keys.iter().map(property).collect()
}
