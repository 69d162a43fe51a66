//! What has been finished so far, in memory and, for an inspection, in its journal.

use std::collections::BTreeSet;
use std::time::Duration;

use hoshimori_inspection::evidence::Observation;
use jiff::Timestamp;

use crate::error::JournalError;
use crate::journal::{Journal, Record};

/// How long finished work may stay in the system's cache before it is put on the disk.
const SYNC_INTERVAL: Duration = Duration::from_secs(2);

/// Finished tasks and what they saw.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    finished: BTreeSet<String>,
    observations: Vec<Observation>,
    journal: Option<Journal>,
    synced_at: Duration,
}

impl Ledger {
    /// A ledger that forgets everything when the program ends.
    pub(crate) fn in_memory() -> Self {
        Self::default()
    }

    /// A ledger over `journal`, which already holds `records`.
    pub(crate) fn over(journal: Journal, records: Vec<Record>) -> Self {
        let mut ledger = Self { journal: Some(journal), ..Self::default() };
        for record in records {
            if let Record::Finished { task, observations, .. } = record {
                ledger.remember(task, observations);
            }
        }
        ledger
    }

    /// Whether `task` needs not be done again.
    pub(crate) fn has(&self, task: &str) -> bool {
        self.finished.contains(task)
    }

    /// Everything seen so far.
    pub(crate) fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// Everything seen, in the order in which it was finished.
    pub(crate) fn into_observations(self) -> Vec<Observation> {
        self.observations
    }

    /// Notes that `task` is finished; `elapsed` is the time on the running clock.
    pub(crate) fn finish(
        &mut self,
        task: String,
        at: Timestamp,
        elapsed: Duration,
        observations: Vec<Observation>,
    ) -> Result<(), JournalError> {
        if let Some(journal) = &mut self.journal {
            let task = task.clone();
            let observations = observations.clone();
            journal.append(&Record::Finished { task, at, observations })?;
            if elapsed.saturating_sub(self.synced_at) >= SYNC_INTERVAL {
                journal.sync()?;
                self.synced_at = elapsed;
            }
        }
        self.remember(task, observations);
        Ok(())
    }

    /// Notes that every task is finished.
    pub(crate) fn complete(&mut self, at: Timestamp) -> Result<(), JournalError> {
        if let Some(journal) = &mut self.journal {
            journal.append(&Record::Completed { at })?;
            journal.sync()?;
        }
        Ok(())
    }

    fn remember(&mut self, task: String, observations: Vec<Observation>) {
        if self.finished.insert(task) {
            self.observations.extend(observations);
        }
    }
}
