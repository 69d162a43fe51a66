//! Gathers the evidence that a plan asks for, task by task, each one journalled when it is done.

mod discovery;
mod names;
mod ports;
mod profiles;
mod services;
mod suspects;
mod udp;

use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{StreamExt, TryStreamExt, stream};
use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::evidence::Observation;
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;
use hoshimori_inspection::token::Tokens;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{Gate, Progress, TrustStores};

use crate::error::PipelineError;
use crate::events::{Event, Observer, Stage};
use crate::ledger::Ledger;
use crate::plan::{Plan, PlannedHost};

/// Runs the tasks of a plan.
pub(crate) struct Collector<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) gate: &'a Gate,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tokens: &'a Tokens,
    pub(crate) stores: &'a TrustStores,
    pub(crate) observer: &'a dyn Observer,
    pub(crate) ledger: Mutex<Ledger>,
}

impl Collector<'_> {
    /// Does every task of the plan that the ledger does not have yet.
    pub(crate) async fn collect(&self) -> Result<(), PipelineError> {
        self.discover().await?;
        let hosts = self.hosts_to_scan();
        self.scan_ports(&hosts).await?;
        if self.plan.looks_at_udp {
            self.ask_udp(&hosts).await?;
        }
        if self.plan.looks_at_names {
            self.find_names(&hosts).await?;
        }
        if self.plan.looks_at_services {
            self.identify(&hosts).await?;
            self.ask_profiles(&hosts).await?;
            self.ask().await?;
            self.look_closer(&hosts).await?;
        }
        let now = self.clock.now();
        Ok(self.ledger().complete(now)?)
    }

    /// Runs the tasks that are not finished yet, `at_once` of them at a time.
    async fn side_by_side<T: TaskSubject, F: Future<Output = Vec<Observation>>>(
        &self,
        stage: Stage,
        at_once: usize,
        tasks: Vec<(String, T)>,
        work: impl Fn(T, Permit) -> F,
    ) -> Result<(), PipelineError> {
        let total = tasks.len() as u64;
        let open: Vec<(String, T)> =
            tasks.into_iter().filter(|(task, _)| !self.ledger().has(task)).collect();
        let done = total - open.len() as u64;
        self.observer.notice(Event::Begun { stage, total, done });
        let work = &work;
        stream::iter(open)
            .map(|(task, subject)| async move {
                let permit = self.plan.scope.permit(subject.address(), self.clock.now())?;
                let seen = work(subject, permit).await;
                self.finish(task, &permit, seen)?;
                self.observer.notice(Event::Advanced { steps: 1 });
                Ok(())
            })
            .buffer_unordered(at_once)
            .try_collect::<()>()
            .await
    }

    /// Journals what a task saw, unless the consent ended while it ran: then it was cut short.
    fn finish(
        &self,
        task: String,
        permit: &Permit,
        seen: Vec<Observation>,
    ) -> Result<(), PipelineError> {
        let now = self.clock.now();
        permit.check(now)?;
        self.ledger().finish(task, now, self.clock.elapsed(), seen)?;
        Ok(())
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        // A panic while the ledger is held cannot leave it half changed: it is only appended to.
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a task is about.
trait TaskSubject {
    fn address(&self) -> IpAddr;
}

impl TaskSubject for &PlannedHost {
    fn address(&self) -> IpAddr {
        self.address
    }
}

impl TaskSubject for (Target, Vantage) {
    fn address(&self) -> IpAddr {
        self.0.address
    }
}

/// Hands the steps of a port scan on to the observer.
struct Steps<'a>(&'a dyn Observer);

impl Progress for Steps<'_> {
    fn ports_done(&self, count: u32) {
        self.0.notice(Event::Advanced { steps: u64::from(count) });
    }

    fn expects(&self, done: u64, left: u64) {
        self.0.notice(Event::Expected { done, left });
    }
}
