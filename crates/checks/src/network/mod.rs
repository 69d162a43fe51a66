//! The network tests N-01..N-27, one module each, in the order of the scheme.

mod n01_port_scan;
mod n13_ssh_password;
mod n15_http_methods;
mod n16_http_trace;
mod n20_certificate;
mod n25_backdoors;
mod n26_p2p;
mod offer;
mod port_table;
mod web;

pub(crate) use n01_port_scan::PortScan;
pub(crate) use n13_ssh_password::SshPassword;
pub(crate) use n15_http_methods::HttpMethods;
pub(crate) use n16_http_trace::HttpTrace;
pub(crate) use n20_certificate::Certificate;
pub(crate) use n25_backdoors::Backdoors;
pub use n25_backdoors::lets_anybody_in;
pub(crate) use n26_p2p::PeerToPeer;
pub use offer::OVERLOOKED;
