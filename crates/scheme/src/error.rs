use crate::input::InputError;

/// Why a scheme edition cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemeError {
    /// A file of the edition cannot be read.
    #[error("cannot read scheme file `{file}`")]
    Unreadable {
        /// Path as given.
        file: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file of the edition is wrong.
    #[error(transparent)]
    Input(#[from] InputError),
}
