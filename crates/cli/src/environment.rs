//! Every environment variable that the program reads, in one place.

/// Language of messages and reports, `ja` or `en`, where `--lang` is not given.
pub(crate) const LANGUAGE: &str = "HOSHIMORI_LANG";
/// Path of a scheme edition, where `--scheme` is not given.
pub(crate) const SCHEME: &str = "HOSHIMORI_SCHEME";
/// Path of a fingerprint pack, where `--fingerprints` is not given.
pub(crate) const FINGERPRINTS: &str = "HOSHIMORI_FINGERPRINTS";
