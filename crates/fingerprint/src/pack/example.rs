use hoshimori_inspection::evidence::{Clue, ClueSource};

use crate::error::Fault;
use crate::pattern::Pattern;
use crate::reading::{DeviceWords, ProductWords, SystemWords};

/// A text and what its pattern must make of it.
pub(super) struct Example {
    pub(super) text: String,
    /// The values that it must give; `None` where the pattern must not read it.
    pub(super) expected: Option<Expected>,
}

/// Values that a text must give; what is not listed may be anything.
pub(super) struct Expected {
    pub(super) product: Option<ProductWords>,
    pub(super) systems: Vec<SystemWords>,
    pub(super) device: Option<DeviceWords>,
}

impl Example {
    /// Whether `pattern` does with the text what is expected.
    pub(super) fn check(&self, pattern: &Pattern) -> Result<(), Fault> {
        let Some(expected) = &self.expected else {
            let is_read = pattern.matches(&self.text);
            return if is_read {
                Err(Fault::CounterExampleRead { text: self.text.clone() })
            } else {
                Ok(())
            };
        };
        let source = pattern.sources.first().copied().unwrap_or(ClueSource::Banner);
        let clue = Clue { from: source, text: self.text.clone() };
        let Some(found) = pattern.read("", 0, &clue) else {
            return Err(Fault::ExampleNotRead { text: self.text.clone() });
        };
        if let Some(expected) = &expected.product {
            self.compare(expected.entries(), found.product.unwrap_or_default().entries())?;
        }
        if let Some(expected) = &expected.device {
            self.compare(expected.entries(), found.device.unwrap_or_default().entries())?;
        }
        if !expected.systems.is_empty() && expected.systems.len() != found.systems.len() {
            return Err(Fault::SystemsDiffer {
                text: self.text.clone(),
                expected: expected.systems.len(),
                found: found.systems.len(),
            });
        }
        for (expected, found) in expected.systems.iter().zip(&found.systems) {
            self.compare(expected.entries(), found.entries())?;
        }
        Ok(())
    }

    fn compare<'a>(
        &self,
        expected: impl Iterator<Item = (&'static str, Option<&'a String>)>,
        found: impl Iterator<Item = (&'static str, Option<&'a String>)>,
    ) -> Result<(), Fault> {
        for ((key, expected), (_, found)) in expected.zip(found) {
            let found = found.map_or("", String::as_str);
            match expected {
                Some(expected) if expected != found => {
                    return Err(Fault::ExampleDiffers {
                        text: self.text.clone(),
                        key,
                        expected: expected.clone(),
                        found: found.to_owned(),
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }
}
