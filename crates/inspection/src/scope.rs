//! Who may be sent to, and when: consent, scope and the permits that only a scope can make.

mod link;

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use hoshimori_scheme::Text;
use ipnet::IpNet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use link::LinkPermit;

/// The most addresses that one scope may ask to enumerate (a /16 of IPv4).
pub const MAX_ADDRESSES: usize = 65_536;

/// Ports to which no byte is ever written: a printer prints whatever arrives there.
///
/// 515 is LPD, 9100 to 9107 and 9112 to 9116 are raw print ports, 9999 is PJL on some models.
pub fn is_print_port(port: u16) -> bool {
    matches!(port, 515 | 9100..=9107 | 9112..=9116 | 9999)
}

/// Whether a host with these open TCP ports may be a printer, which prints what it does not
/// understand on any of them: a print port is open, and not much else is.
///
/// Multifunction printers have about a dozen open ports: web, IPP, LPD, raw printing, SMB, FTP and
/// a few of their maker's. What has twice as many is a server that serves a printer.
pub fn may_be_printer(open: impl IntoIterator<Item = u16>) -> bool {
    let open: BTreeSet<u16> = open.into_iter().collect();
    open.len() <= 24 && open.iter().any(|port| is_print_port(*port))
}

/// What the facility's operator has consented to, with names and dates.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Authorization {
    /// Who gave the consent.
    pub granted_by: String,
    /// Nothing is sent before this time.
    pub valid_from: Timestamp,
    /// Nothing is sent from this time on.
    pub valid_until: Timestamp,
    /// Nothing is sent to an address outside these networks.
    pub networks: Vec<IpNet>,
    /// Nothing is sent to an address inside these networks.
    pub exclude: Vec<IpNet>,
    /// Whether probes that change the state of a target (FTP STOR, HTTP PUT, SMTP DATA) may run.
    pub state_changing_probes: bool,
    /// Whether one known default password per device may be tried.
    pub default_credentials: bool,
}

impl Authorization {
    /// Refuses when `now` is outside the consented time.
    pub fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        check_time(self.valid_from, self.valid_until, now)
    }
}

/// Decides which addresses may be sent to, and when. The only maker of [`Permit`]s.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Scope {
    authorization: Authorization,
}

impl Scope {
    /// The scope that `authorization` describes.
    pub fn new(authorization: Authorization) -> Self {
        Self { authorization }
    }

    /// The consent behind the scope.
    pub fn authorization(&self) -> &Authorization {
        &self.authorization
    }

    /// A permit to send to `address` at `now`.
    pub fn permit(&self, address: IpAddr, now: Timestamp) -> Result<Permit, Refusal> {
        let address = address.to_canonical();
        let consent = &self.authorization;
        if !is_single_host(address) {
            return Err(Refusal::NotAHost { address });
        }
        if let Some(network) = consent.exclude.iter().find(|net| net.contains(&address)) {
            return Err(Refusal::Excluded { address, network: *network });
        }
        if !consent.networks.iter().any(|net| net.contains(&address)) {
            return Err(Refusal::OutsideNetworks { address });
        }
        let permit = Permit {
            address,
            valid_from: consent.valid_from,
            valid_until: consent.valid_until,
            may_change_state: consent.state_changing_probes,
        };
        permit.check(now)?;
        Ok(permit)
    }

    /// Whether `address` is inside the networks and not excluded, whatever the time is.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_single_host(address)
            && self.authorization.networks.iter().any(|net| net.contains(&address))
            && !self.authorization.exclude.iter().any(|net| net.contains(&address))
    }

    /// The host addresses of `network` that are in scope, in order.
    ///
    /// Fails where the network has more than [`MAX_ADDRESSES`] hosts: such a range (an IPv6 /64,
    /// say) cannot be enumerated, its hosts have to be named.
    pub fn addresses_of(&self, network: IpNet) -> Result<Vec<IpAddr>, Refusal> {
        let bits = u32::from(network.max_prefix_len() - network.prefix_len());
        if bits > MAX_ADDRESSES.trailing_zeros() {
            return Err(Refusal::TooManyAddresses { network });
        }
        Ok(network.hosts().filter(|address| self.contains(*address)).collect())
    }
}

/// Whether an address can name one host: not unspecified, multicast or broadcast.
///
/// Sending to `0.0.0.0` or `::` reaches this machine itself, whatever the scope says.
fn is_single_host(address: IpAddr) -> bool {
    !(address.is_unspecified()
        || address.is_multicast()
        || address == IpAddr::V4(Ipv4Addr::BROADCAST))
}

/// Leave to send packets to one address within the consented time.
///
/// Cannot be made outside this module: whoever holds one got it from a [`Scope`]. The scanner's
/// gate asks [`check`](Self::check) again each time it opens a socket.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Permit {
    address: IpAddr,
    valid_from: Timestamp,
    valid_until: Timestamp,
    may_change_state: bool,
}

impl Permit {
    /// The one address that may be sent to.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// Whether the consent covers probes that change the state of a target.
    pub fn may_change_state(&self) -> bool {
        self.may_change_state
    }

    /// The same permit without leave to change state, for devices that must not be written to.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.may_change_state = false;
        self
    }

    /// Refuses when `now` is outside the consented time.
    pub fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        check_time(self.valid_from, self.valid_until, now)
    }
}

fn check_time(
    valid_from: Timestamp,
    valid_until: Timestamp,
    now: Timestamp,
) -> Result<(), Refusal> {
    if now < valid_from {
        return Err(Refusal::TooEarly { valid_from });
    }
    if now >= valid_until {
        return Err(Refusal::TooLate { valid_until });
    }
    Ok(())
}

/// Why nothing may be sent.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The address is in none of the consented networks.
    #[error("`{address}` is outside the authorised networks")]
    OutsideNetworks {
        /// The address asked for.
        address: IpAddr,
    },
    /// The address is excluded by the consent.
    #[error("`{address}` is excluded by `{network}`")]
    Excluded {
        /// The address asked for.
        address: IpAddr,
        /// The excluded network that contains it.
        network: IpNet,
    },
    /// The address names no single host.
    #[error("`{address}` is not the address of one host")]
    NotAHost {
        /// The address asked for.
        address: IpAddr,
    },
    /// Not all of a link is in the consented networks, so not all of its nodes may be called.
    #[error("`{prefix}` of the link is not wholly inside the authorised networks")]
    LinkOutsideNetworks {
        /// The prefix.
        prefix: IpNet,
    },
    /// Some of a link is excluded by the consent, so not all of its nodes may be called.
    #[error("`{prefix}` of the link overlaps the excluded `{network}`")]
    LinkHasExcluded {
        /// The prefix.
        prefix: IpNet,
        /// The excluded network.
        network: IpNet,
    },
    /// The leave to call all nodes is for another link than the one with this address.
    #[error("`{source_address}` is not on the link whose hosts may be called")]
    OtherLink {
        /// This machine's address.
        source_address: IpAddr,
    },
    /// A link has no prefix that could be in the consented networks.
    #[error("the link has no address range of its own")]
    LinkWithoutPrefix,
    /// The consented time has not begun.
    #[error("the authorised time begins at {valid_from}")]
    TooEarly {
        /// When it begins.
        valid_from: Timestamp,
    },
    /// The consented time is over.
    #[error("the authorised time ended at {valid_until}")]
    TooLate {
        /// When it ended.
        valid_until: Timestamp,
    },
    /// The network has too many hosts to go through one by one.
    #[error("`{network}` has more than {MAX_ADDRESSES} addresses")]
    TooManyAddresses {
        /// The network asked for.
        network: IpNet,
    },
}

impl Refusal {
    /// The refusal in both languages.
    pub fn to_text(&self) -> Text {
        let ja = match self {
            Self::OutsideNetworks { address } => format!("{address} は同意された範囲の外です"),
            Self::Excluded { address, network } => {
                format!("{address} は除外された範囲 {network} に入っています")
            }
            Self::NotAHost { address } => format!("{address} は一台の機器のアドレスではありません"),
            Self::LinkOutsideNetworks { prefix } => {
                format!("接続先の {prefix} の全体は同意された範囲に入っていません")
            }
            Self::LinkHasExcluded { prefix, network } => {
                format!("接続先の {prefix} は除外された範囲 {network} と重なっています")
            }
            Self::OtherLink { source_address } => {
                format!("{source_address} は呼びかけてよい接続先のアドレスではありません")
            }
            Self::LinkWithoutPrefix => "接続先にアドレスの範囲がありません".to_owned(),
            Self::TooEarly { valid_from } => {
                format!("同意された時間は {} に始まります", InJapan(*valid_from))
            }
            Self::TooLate { valid_until } => {
                format!("同意された時間は {} に終わりました", InJapan(*valid_until))
            }
            Self::TooManyAddresses { network } => {
                format!("{network} のアドレスは{MAX_ADDRESSES}個を超えるため一つずつ調べられません")
            }
        };
        Text::new(ja, self.to_string())
    }
}

/// Shows a time as people in the facility read it: Japan Standard Time.
#[derive(Clone, Copy, Debug)]
pub struct InJapan(pub Timestamp);

impl fmt::Display for InJapan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zoned = self.0.to_zoned_datetime(japan());
        write!(f, "{}", zoned.strftime("%Y-%m-%d %H:%M:%S"))
    }
}

/// The time zone of the programme, UTC+9 all year round.
pub fn japan() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::fixed(jiff::tz::offset(9))
}
