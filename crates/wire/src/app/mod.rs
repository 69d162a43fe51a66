//! Protocols that applications speak over TCP and UDP, one module each.

pub mod bacnet;
pub mod coap;
pub mod dhcp;
pub mod dns;
pub mod dns_pointer;
pub mod ftp;
pub mod http1;
pub mod ike;
pub mod memcached;
pub mod netbios;
pub mod ntp;
pub mod reply_lines;
pub mod rmcp;
pub mod sip;
pub mod smtp;
pub mod snmp;
pub mod ssdp;
pub mod ssh_banner;
pub mod ssh_kexinit;
pub mod ssh_packet;
pub mod text;
pub mod tftp;
pub mod tls_hello;
pub mod tls_records;
pub mod ws_discovery;
pub mod x509;
