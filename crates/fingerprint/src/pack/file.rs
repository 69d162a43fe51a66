//! Our own format of patterns.

use std::fmt;
use std::marker::PhantomData;

use hoshimori_inspection::evidence::ClueSource;
use hoshimori_inspection::inventory::Confidence;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::example::{Example, Expected};
use crate::error::{Fault, PackError};
use crate::pattern::{Manner, Part, Pattern, Template, compile, device_class};
use crate::reading::{DeviceWords, ProductWords, SystemWords};

/// The longest name of a pattern: ours.
const MAX_ID: usize = 80;

/// The patterns of `text`, each with its examples.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<(Pattern, Vec<Example>)>, PackError> {
    let raw: RawFile = toml::from_str(text)
        .map_err(|error| PackError::Toml { file: file.to_owned(), source: Box::new(error) })?;
    let patterns = raw.pattern.into_iter().map(|raw| {
        let pattern = raw.id.chars().take(MAX_ID).collect();
        let read = raw.read();
        read.map_err(|fault| PackError::in_pattern(file, pattern, fault))
    });
    patterns.collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    pattern: Vec<RawPattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPattern {
    id: String,
    #[serde(deserialize_with = "one_or_more")]
    source: Vec<ClueSource>,
    matches: String,
    #[serde(default)]
    ignore_case: bool,
    #[serde(default = "fair")]
    confidence: Confidence,
    product: Option<ProductWords>,
    #[serde(default, deserialize_with = "one_or_more")]
    system: Vec<SystemWords>,
    device: Option<DeviceWords>,
    #[serde(default)]
    example: Vec<RawExample>,
    #[serde(default)]
    counter_example: Vec<RawCounterExample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExample {
    text: String,
    product: Option<ProductWords>,
    #[serde(default, deserialize_with = "one_or_more")]
    system: Vec<SystemWords>,
    device: Option<DeviceWords>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCounterExample {
    text: String,
}

fn fair() -> Confidence {
    Confidence::Fair
}

impl RawPattern {
    fn read(self) -> Result<(Pattern, Vec<Example>), Fault> {
        let is_plain = |sign: char| {
            sign.is_ascii_lowercase() || sign.is_ascii_digit() || matches!(sign, '-' | '.' | '_')
        };
        if self.id.is_empty() || self.id.len() > MAX_ID || !self.id.chars().all(is_plain) {
            return Err(Fault::Id);
        }
        if self.source.is_empty() {
            return Err(Fault::NoSource);
        }
        if self.product.is_none() && self.system.is_empty() && self.device.is_none() {
            return Err(Fault::NothingToTell);
        }
        if self.example.is_empty() {
            return Err(Fault::NoExample);
        }
        if self.product.as_ref().is_some_and(|product| product.name.is_none()) {
            return Err(Fault::NoName { key: "product.name" });
        }
        if self.system.iter().any(|system| system.name.is_none()) {
            return Err(Fault::NoName { key: "system.name" });
        }
        if let Some(class) = self.device.as_ref().and_then(|device| device.class.as_deref()) {
            device_class(class).ok_or_else(|| Fault::UnknownClass { class: class.to_owned() })?;
        }
        let manner = Manner { ignores_case: self.ignore_case, ..Manner::default() };
        let expression = compile(&self.matches, manner)?;
        let find = |name: &str| {
            let group = expression.capture_names().position(|group| group == Some(name));
            group.map(Part::Group)
        };
        let parse = |key: &'static str, text: &String| Template::parse(key, text, find).map(Some);
        let product = self.product.map(|words| words.try_map(parse)).transpose()?;
        let systems =
            self.system.iter().map(|words| words.try_map(parse)).collect::<Result<_, _>>()?;
        let device = self.device.map(|words| words.try_map(parse)).transpose()?;
        let pattern = Pattern {
            id: self.id,
            sources: self.source,
            database: None,
            confidence: self.confidence,
            expression,
            product,
            systems,
            device,
        };
        let told = self.example.into_iter().map(|raw| Example {
            text: raw.text,
            expected: Some(Expected {
                product: raw.product,
                systems: raw.system,
                device: raw.device,
            }),
        });
        let silent = self.counter_example.into_iter();
        let silent = silent.map(|raw| Example { text: raw.text, expected: None });
        Ok((pattern, told.chain(silent).collect()))
    }
}

/// Reads a list, or a single value as a list of one.
fn one_or_more<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct OneOrMore<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMore<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("one value or a list of them")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
            T::deserialize(StrDeserializer::new(text)).map(|one| vec![one])
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map)).map(|one| vec![one])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Vec<T>, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(list))
        }
    }

    deserializer.deserialize_any(OneOrMore(PhantomData))
}
