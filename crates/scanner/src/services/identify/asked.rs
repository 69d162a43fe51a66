use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use hoshimori_inspection::bytes::Bytes;

use crate::services::recorder::Transcript;

/// The most bytes that are kept of one question: the longest are TLS hellos of half a kilobyte.
const MAX_QUESTION: usize = 1_024;

/// The most questions that are kept: more than there are protocols.
const MAX_QUESTIONS: usize = 128;

/// Everything that is said to one port, on connections that led to nothing as well.
#[derive(Debug, Default)]
pub(crate) struct Asked(Mutex<Vec<Transcript>>);

impl Asked {
    /// Listens to one more connection from its beginning.
    pub(crate) fn note(&self, connection: Transcript) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }

    /// What was sent, each question once, in the order of the bytes: which connection came first is
    /// a matter of chance. What stands at the beginning of `told` is told already.
    pub(crate) fn besides(self, told: &Bytes) -> Vec<Bytes> {
        let connections = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let questions: BTreeSet<Vec<u8>> = connections
            .iter()
            .map(|connection| connection.sent().0.into_iter().take(MAX_QUESTION).collect())
            .filter(|question: &Vec<u8>| !question.is_empty() && !told.0.starts_with(question))
            .collect();
        questions.into_iter().take(MAX_QUESTIONS).map(Bytes).collect()
    }
}
