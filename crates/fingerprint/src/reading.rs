use hoshimori_inspection::evidence::Clue;
use hoshimori_inspection::inventory::Confidence;
use serde::Deserialize;

/// Declares a set of named values: templates in a pattern, texts in a reading.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $part:literal { $($(#[$value:meta])* $key:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
        #[serde(deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
        pub struct $name<T = String> {
            $($(#[$value])* #[serde(default)] pub $key: Option<T>,)*
        }

        impl<T> $name<T> {
            /// The same values, each made into another by `make`, which is told the key.
            pub(crate) fn try_map<U, E>(
                &self,
                mut make: impl FnMut(&'static str, &T) -> Result<Option<U>, E>,
            ) -> Result<$name<U>, E> {
                Ok($name {
                    $($key: match &self.$key {
                        Some(value) => make(concat!($part, ".", stringify!($key)), value)?,
                        None => None,
                    },)*
                })
            }

            /// Every value with its key.
            pub(crate) fn entries(&self) -> impl Iterator<Item = (&'static str, Option<&T>)> {
                [$((concat!($part, ".", stringify!($key)), self.$key.as_ref()),)*].into_iter()
            }
        }

        impl<T> Default for $name<T> {
            fn default() -> Self {
                Self { $($key: None,)* }
            }
        }
    };
}

words! {
    /// What a clue tells of a piece of software.
    ProductWords, "product" {
        /// Who makes it.
        vendor,
        /// Its name.
        name,
        /// Its version, without the distribution's revision.
        version,
        /// The revision of the distribution that packaged it.
        revision,
        /// CPE 2.3 name, formatted string.
        cpe,
    }
}

words! {
    /// What a clue tells of an operating system.
    SystemWords, "system" {
        /// Who makes it.
        vendor,
        /// Its name.
        name,
        /// Its version or build.
        version,
        /// CPE 2.3 name, formatted string.
        cpe,
    }
}

words! {
    /// What a clue tells of a device.
    DeviceWords, "device" {
        /// The word of its class.
        class,
        /// Who makes it.
        vendor,
        /// Its model.
        model,
        /// The version of its firmware.
        firmware,
        /// Where it is administered.
        management_url,
    }
}

impl<T> DeviceWords<T> {
    /// Whether nothing is told.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries().all(|(_, value)| value.is_none())
    }
}

/// What one pattern made of one clue.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reading<'a> {
    /// The pack.
    pub pack: &'a str,
    /// The pattern within the pack.
    pub pattern: &'a str,
    /// The place of the pattern in its pack: where two say something, the earlier is the main thing.
    pub rank: usize,
    /// The clue.
    pub clue: &'a Clue,
    /// How far this clue alone can be believed.
    pub confidence: Confidence,
    /// The software it tells of.
    pub product: Option<ProductWords>,
    /// The operating systems it tells of: several where it leaves a choice.
    pub systems: Vec<SystemWords>,
    /// The device it tells of.
    pub device: Option<DeviceWords>,
}
