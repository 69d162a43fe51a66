//! What has been finished so far, in memory and, for an inspection, in its journal.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use hoshimori_inspection::evidence::Observation;
use hoshimori_scanner::ports::syn::Checkpoint;
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
    /// Of the half-open scans that an interrupted run began, by host.
    checkpoints: BTreeMap<IpAddr, Vec<Checkpoint>>,
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
            match record {
                Record::Finished { task, observations, .. } => {
                    ledger.remember(task, observations);
                }
                Record::Progress { checkpoint, .. } => {
                    ledger.checkpoints.entry(checkpoint.address).or_default().push(checkpoint);
                }
                Record::Opened(_) | Record::Resumed { .. } | Record::Completed { .. } => {}
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
        if self.journal.is_some() {
            let (task, observations) = (task.clone(), observations.clone());
            self.write(&Record::Finished { task, at, observations }, elapsed)?;
        }
        self.remember(task, observations);
        Ok(())
    }

    /// Notes how far the half-open scan of a host has come.
    pub(crate) fn note(
        &mut self,
        checkpoint: Checkpoint,
        at: Timestamp,
        elapsed: Duration,
    ) -> Result<(), JournalError> {
        self.write(&Record::Progress { at, checkpoint }, elapsed)
    }

    /// How far an interrupted run had come with the half-open scan of `address`.
    pub(crate) fn checkpoints(&self, address: IpAddr) -> &[Checkpoint] {
        self.checkpoints.get(&address).map_or(&[], Vec::as_slice)
    }

    /// Notes that every task is finished.
    pub(crate) fn complete(&mut self, at: Timestamp) -> Result<(), JournalError> {
        if let Some(journal) = &mut self.journal {
            journal.append(&Record::Completed { at })?;
            journal.sync()?;
        }
        Ok(())
    }

    fn write(&mut self, record: &Record, elapsed: Duration) -> Result<(), JournalError> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        journal.append(record)?;
        if elapsed.saturating_sub(self.synced_at) >= SYNC_INTERVAL {
            journal.sync()?;
            self.synced_at = elapsed;
        }
        Ok(())
    }

    fn remember(&mut self, task: String, observations: Vec<Observation>) {
        if self.finished.insert(task) {
            self.observations.extend(observations);
        }
    }
}
