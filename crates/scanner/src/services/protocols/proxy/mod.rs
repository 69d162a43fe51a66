//! Proxies: SOCKS is found here, HTTP proxies are web servers at first sight; whether either
//! connects strangers is asked with [`Prober::relay`](crate::Prober::relay).

pub(in crate::services) mod relay;
mod socks;

use crate::services::talk::Approach;

pub(super) const APPROACHES: &[Approach] = &[socks::VERSION_5, socks::VERSION_4];
