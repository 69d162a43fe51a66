//! Brokers of messages, each asked in its own words and without a user.

mod amqp;
mod kafka;
mod mqtt;

use crate::services::talk::Approach;

pub(super) const APPROACHES: &[Approach] = &[mqtt::APPROACH, amqp::APPROACH, kafka::APPROACH];
