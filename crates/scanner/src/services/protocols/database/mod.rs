//! Databases and stores, each asked in its own words. No password is ever sent; what is asked
//! beyond a version is only what shows whether a stranger is let in.

mod cassandra;
mod memcached;
mod mongodb;
mod mysql;
mod mysqlx;
mod oracle;
mod postgresql;
mod redis;
mod sql_server;
mod zookeeper;

use hoshimori_inspection::evidence::{Clue, ClueSource, ProbeError};

use super::Greeter;
use crate::services::talk::Approach;

pub(super) const GREETERS: &[Greeter] = &[mysql::GREETER, mysqlx::GREETER, redis::GREETER];

pub(super) const APPROACHES: &[Approach] = &[
    postgresql::APPROACH,
    redis::APPROACH,
    sql_server::APPROACH,
    mongodb::APPROACH,
    memcached::APPROACH,
    oracle::APPROACH,
    mysqlx::APPROACH,
    cassandra::APPROACH,
    zookeeper::APPROACH,
];

/// A server that answered, but not as this protocol asks for.
fn not_this(detail: &str) -> ProbeError {
    ProbeError::Malformed { detail: detail.into() }
}

/// Whether a server encrypts, in the words `required`, `on`, `offered` or `none`.
fn encryption(word: &str) -> Clue {
    Clue::new(ClueSource::DatabaseEncryption, word)
}

/// The method by which a server wants to know who is there.
fn authentication(method: &str) -> Clue {
    Clue::new(ClueSource::DatabaseAuthentication, method)
}
