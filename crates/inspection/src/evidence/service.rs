use hoshimori_scheme::Text;
use serde::{Deserialize, Serialize};

use super::{Clue, ClueSource, ProbeError};
use crate::bytes::Bytes;

/// Declares [`Protocol`] with the word that files use and the name that people read.
macro_rules! protocols {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $title:literal;)*) => {
        /// Which protocol a port speaks.
        #[derive(
            Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
        )]
        pub enum Protocol {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl Protocol {
            /// Every protocol.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word used in files.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// The name that people read.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)*
                }
            }
        }
    };
}

protocols! {
    /// RFC 4253.
    Ssh = "ssh", "SSH";
    /// RFC 9112.
    Http = "http", "HTTP";
    /// RFC 959.
    Ftp = "ftp", "FTP";
    /// RFC 5321.
    Smtp = "smtp", "SMTP";
    /// RFC 2033.
    Lmtp = "lmtp", "LMTP";
    /// RFC 1939.
    Pop3 = "pop3", "POP3";
    /// RFC 9051.
    Imap = "imap", "IMAP";
    /// RFC 3977.
    Nntp = "nntp", "NNTP";
    /// RFC 1035.
    Dns = "dns", "DNS";
    /// RFC 1157 and RFC 3411.
    Snmp = "snmp", "SNMP";
    /// SMB 1 (MS-CIFS) to 3 (MS-SMB2), directly over TCP or over `NetBIOS`.
    Smb = "smb", "SMB";
    /// The session service of `NetBIOS` where no SMB is spoken (RFC 1002).
    NetbiosSession = "netbios-ssn", "NetBIOS";
    /// MS-RDPBCGR.
    Rdp = "rdp", "RDP";
    /// MS-RPCE.
    Msrpc = "msrpc", "MSRPC";
    /// RFC 4511.
    Ldap = "ldap", "LDAP";
    /// RFC 4120.
    Kerberos = "kerberos", "Kerberos";
    /// `MySQL` and `MariaDB`, client/server protocol.
    Mysql = "mysql", "MySQL";
    /// `MySQL` X protocol.
    MysqlX = "mysqlx", "MySQL X";
    /// `PostgreSQL` frontend/backend protocol 3.
    Postgresql = "postgresql", "PostgreSQL";
    /// MS-TDS.
    Mssql = "mssql", "SQL Server";
    /// Oracle Net (TNS).
    OracleTns = "oracle-tns", "Oracle TNS";
    /// RESP.
    Redis = "redis", "Redis";
    /// `MongoDB` wire protocol.
    Mongodb = "mongodb", "MongoDB";
    /// Memcached text protocol.
    Memcached = "memcached", "Memcached";
    /// Apache `ZooKeeper`.
    Zookeeper = "zookeeper", "ZooKeeper";
    /// Apache Cassandra, native protocol.
    Cassandra = "cassandra", "Cassandra";
    /// MQTT 3.1.1 and 5.
    Mqtt = "mqtt", "MQTT";
    /// AMQP 0-9-1 and 1.0.
    Amqp = "amqp", "AMQP";
    /// Apache Kafka.
    Kafka = "kafka", "Kafka";
    /// RFC 6143.
    Vnc = "vnc", "VNC";
    /// RFC 854.
    Telnet = "telnet", "telnet";
    /// X Window System protocol 11.
    X11 = "x11", "X11";
    /// Android Debug Bridge.
    Adb = "adb", "ADB";
    /// rsync daemon.
    Rsync = "rsync", "rsync";
    /// ONC RPC port mapper (RFC 1833).
    Rpcbind = "rpcbind", "rpcbind";
    /// NFS (RFC 1813, RFC 7530).
    Nfs = "nfs", "NFS";
    /// Another program of ONC RPC (RFC 5531).
    OncRpc = "onc-rpc", "ONC RPC";
    /// RFC 1928 and SOCKS 4.
    Socks = "socks", "SOCKS";
    /// RFC 3261.
    Sip = "sip", "SIP";
    /// RFC 7826 and RFC 2326.
    Rtsp = "rtsp", "RTSP";
    /// RFC 8011, inside HTTP.
    Ipp = "ipp", "IPP";
    /// RFC 2812.
    Irc = "irc", "IRC";
    /// Java Debug Wire Protocol.
    Jdwp = "jdwp", "JDWP";
    /// Smart Install of Cisco switches.
    SmartInstall = "smart-install", "Cisco Smart Install";
    /// An interactive command interpreter without a protocol.
    Shell = "shell", "shell";
    /// `TeamViewer`'s own protocol.
    TeamViewer = "teamviewer", "TeamViewer";
    /// RFC 862.
    Echo = "echo", "echo";
    /// RFC 864.
    Chargen = "chargen", "chargen";
    /// RFC 867.
    Daytime = "daytime", "daytime";
    /// RFC 1413.
    Ident = "ident", "ident";
    /// BEP 3 and BEP 29.
    Bittorrent = "bittorrent", "BitTorrent";
    /// eDonkey 2000 and Kad.
    Edonkey = "edonkey", "eDonkey";
    /// Gnutella 0.6.
    Gnutella = "gnutella", "Gnutella";
    /// Winny 2.
    Winny = "winny", "Winny";
    /// RFC 5905.
    Ntp = "ntp", "NTP";
    /// RFC 1350.
    Tftp = "tftp", "TFTP";
    /// RFC 2131.
    Dhcp = "dhcp", "DHCP";
    /// RFC 1002 name service.
    NetbiosName = "netbios-ns", "NetBIOS";
    /// RFC 7296.
    Ike = "ike", "IKE";
    /// IPMI 2.0.
    Ipmi = "ipmi", "IPMI";
    /// `UPnP` device architecture.
    Ssdp = "ssdp", "SSDP";
    /// WS-Discovery.
    WsDiscovery = "ws-discovery", "WS-Discovery";
    /// RFC 6762.
    Mdns = "mdns", "mDNS";
    /// RFC 7252.
    Coap = "coap", "CoAP";
    /// ASHRAE 135.
    Bacnet = "bacnet", "BACnet";
    /// TLS with a protocol inside that was not recognised.
    Tls = "tls", "TLS";
    /// Something answered that no pattern knows.
    Unknown = "unknown", "unknown";
    /// Accepts connections and says nothing to any probe.
    Silent = "silent", "silent";
    /// A print port: connected to, never written to.
    Printer = "printer", "print port";
}

/// What a server asks of somebody who wants to use it, as far as the probe saw.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// It let the probe in without any credential.
    Open,
    /// It asks for a credential first.
    CredentialAsked,
    /// It refuses this machine, whatever credential it has.
    Refused,
}

impl Access {
    /// The state in both languages.
    pub fn to_text(self) -> Text {
        match self {
            Self::Open => Text::new("認証なしで利用できる", "usable without a credential"),
            Self::CredentialAsked => Text::new("認証を求める", "asks for a credential"),
            Self::Refused => Text::new("この端末を拒否する", "refuses this machine"),
        }
    }
}

/// What answers on one open port.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ServiceFact {
    /// The protocol, inside TLS where `tls` is set.
    pub protocol: Protocol,
    /// Whether the protocol is spoken inside TLS from the first byte.
    pub tls: bool,
    /// What it tells about itself, in the order in which it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clues: Vec<Clue>,
    /// What it asks of its users, where the probe saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// What was sent on connections that led to nothing, each question once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<Bytes>,
    /// The greeting or identifying line, decoded, at most 512 characters.
    pub banner: Option<String>,
    /// Why identification ended early, if it did.
    pub trouble: Option<ProbeError>,
}

impl ServiceFact {
    /// A service of which nothing but the protocol is known.
    pub fn of(protocol: Protocol) -> Self {
        Self {
            protocol,
            tls: false,
            clues: Vec::new(),
            access: None,
            asked: Vec::new(),
            banner: None,
            trouble: None,
        }
    }

    /// The texts that came from `source`.
    pub fn clues_from(&self, source: ClueSource) -> impl Iterator<Item = &str> {
        self.clues.iter().filter(move |clue| clue.from == source).map(|clue| clue.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_protocols_are_unique_and_files_use_them() {
        let mut words: Vec<&str> = Protocol::ALL.iter().map(|protocol| protocol.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Protocol::ALL.len());
        for protocol in Protocol::ALL {
            let json = serde_json::to_string(protocol).unwrap();
            assert_eq!(json, format!("{:?}", protocol.word()));
        }
    }
}
