//! Cameras and telephones: RTSP, and SIP over TCP.

mod rtsp;
mod sip;

use crate::services::talk::Approach;

pub(super) const APPROACHES: &[Approach] = &[rtsp::APPROACH, sip::APPROACH];
