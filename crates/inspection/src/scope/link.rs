//! Leave to speak to everybody on a link at once.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use jiff::Timestamp;

use super::{Refusal, Scope, check_time};

/// Addresses that mean nothing beyond their link (RFC 3927, RFC 4291 section 2.5.6).
const LINK_LOCAL: [IpNet; 2] = [
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 0, 0), 16)),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10)),
];

impl Scope {
    /// A permit to call all nodes at once of the link that has `prefixes`, at `now`.
    ///
    /// Such a packet reaches everybody there, so each prefix of the link has to be in the consented
    /// networks as a whole, with nothing of it excluded. Link-local prefixes say nothing about who
    /// is meant, so no consent names them; but one other prefix there has to be.
    pub fn permit_link(&self, prefixes: &[IpNet], now: Timestamp) -> Result<LinkPermit, Refusal> {
        let consent = self.authorization();
        let is_named = |prefix: &&IpNet| !LINK_LOCAL.iter().any(|local| local.contains(*prefix));
        // Two halves that are consented to make a whole.
        let networks = IpNet::aggregate(&consent.networks);
        for prefix in prefixes.iter().filter(is_named) {
            if !networks.iter().any(|network| network.contains(prefix)) {
                return Err(Refusal::LinkOutsideNetworks { prefix: prefix.trunc() });
            }
        }
        for prefix in prefixes {
            let overlaps = |net: &&IpNet| net.contains(prefix) || prefix.contains(*net);
            if let Some(network) = consent.exclude.iter().find(overlaps) {
                let (prefix, network) = (prefix.trunc(), *network);
                return Err(Refusal::LinkHasExcluded { prefix, network });
            }
        }
        if !prefixes.iter().any(|prefix| is_named(&prefix)) {
            return Err(Refusal::LinkWithoutPrefix);
        }
        check_time(consent.valid_from, consent.valid_until, now)?;
        Ok(LinkPermit {
            prefixes: prefixes.to_vec(),
            valid_from: consent.valid_from,
            valid_until: consent.valid_until,
        })
    }
}

/// Leave to call all nodes of one link within the consented time.
///
/// Only a [`Scope`] makes it, see [`Scope::permit_link`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LinkPermit {
    prefixes: Vec<IpNet>,
    valid_from: Timestamp,
    valid_until: Timestamp,
}

impl LinkPermit {
    /// Refuses when `now` is outside the consented time, or where `source`, the address of this
    /// machine from which it would call, is not on the link that may be called.
    pub fn check(&self, source: IpAddr, now: Timestamp) -> Result<(), Refusal> {
        if !self.prefixes.iter().any(|prefix| prefix.contains(&source)) {
            return Err(Refusal::OtherLink { source_address: source });
        }
        check_time(self.valid_from, self.valid_until, now)
    }
}
