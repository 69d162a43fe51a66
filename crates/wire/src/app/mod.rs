//! Protocols that applications speak over TCP and UDP, one module each.

pub mod dns;
pub mod ftp;
pub mod http1;
pub mod reply_lines;
pub mod smtp;
pub mod ssh_banner;
pub mod ssh_kexinit;
pub mod ssh_packet;
pub mod text;
pub mod tls_hello;
pub mod tls_records;
pub mod x509;
