use std::fmt;

use serde::{Deserialize, Serialize};

/// A text by which a host or a service tells what it is, as it was sent: a claim, not a fact.
///
/// Fingerprint packs read clues; nothing else decides what product a text means.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Clue {
    /// Where in the protocol the text stood.
    pub from: ClueSource,
    /// The text, decoded, at most [`Clue::MAX_TEXT`] characters.
    pub text: String,
}

impl Clue {
    /// The longest text of a clue, in characters: descriptions of devices have a few hundred.
    pub const MAX_TEXT: usize = 1_024;

    /// A clue whose text is cut at [`Clue::MAX_TEXT`].
    pub fn new(from: ClueSource, text: &str) -> Self {
        Self { from, text: text.chars().take(Self::MAX_TEXT).collect() }
    }
}

/// Declares [`ClueSource`] with the word that files use for each variant.
macro_rules! sources {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// The place in a protocol where a clue stands.
        #[derive(
            Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
        )]
        pub enum ClueSource {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl ClueSource {
            /// Every source.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word used in files.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

sources! {
    /// The software and comment of an SSH identification, after `SSH-2.0-` (RFC 4253 section 4.2).
    SshSoftware = "ssh.software",
    /// The Server field of an HTTP response (RFC 9110 section 10.2.4).
    HttpServer = "http.server",
    /// The X-Powered-By field of an HTTP response; fields of its kind with their names, as
    /// `X-AspNet-Version: 4.0.30319`.
    HttpPoweredBy = "http.powered-by",
    /// A challenge with its realm, as `Basic realm="…"` (RFC 9110 section 11.6.1).
    HttpChallenge = "http.challenge",
    /// The name of a cookie that is set, with its sign, as `PHPSESSID=` (RFC 6265).
    HttpCookie = "http.cookie",
    /// The redirection target of an HTTP response, as sent.
    HttpLocation = "http.location",
    /// The Via field of an HTTP response: the proxies between (RFC 9110 section 7.6.3).
    HttpVia = "http.via",
    /// The title of the front page.
    HtmlTitle = "html.title",
    /// The generator that the front page names.
    HtmlGenerator = "html.generator",
    /// MD5 of `/favicon.ico`, hexadecimal.
    FaviconMd5 = "favicon.md5",
    /// `MurmurHash3` (32 bits, signed decimal) of the base64 text of `/favicon.ico`.
    FaviconMurmur3 = "favicon.murmur3",
    /// A JSON document by which an API introduces itself, such as that of Elasticsearch, without
    /// white space between its parts.
    ApiVersion = "api.version",
    /// Text of the 220 greeting of an FTP server (RFC 959).
    FtpGreeting = "ftp.greeting",
    /// The answer to SYST (RFC 959).
    FtpSystem = "ftp.system",
    /// A feature of an FTP server, as `MLST type*;size*` (RFC 2389).
    FtpFeature = "ftp.feature",
    /// Text of the 220 greeting of a mail server (RFC 5321).
    SmtpGreeting = "smtp.greeting",
    /// A capability of a mail server, as `SIZE 10240000` (RFC 5321 section 4.1.1.1).
    SmtpFeature = "smtp.feature",
    /// Text of a POP3 greeting after `+OK` (RFC 1939).
    Pop3Greeting = "pop3.greeting",
    /// What a POP3 server calls itself (RFC 2449 section 6.9).
    Pop3Product = "pop3.product",
    /// Text of an IMAP greeting after `* OK` (RFC 9051).
    ImapGreeting = "imap.greeting",
    /// The answer to ID, as `name=value` pairs (RFC 2971).
    ImapId = "imap.id",
    /// Text of the greeting of a news server (RFC 3977).
    NntpGreeting = "nntp.greeting",
    /// The TXT record `version.bind` of class CHAOS.
    DnsVersion = "dns.version",
    /// The name server identifier (RFC 5001).
    DnsNsid = "dns.nsid",
    /// `NTPv4` system variables or reference identifier.
    NtpSystem = "ntp.system",
    /// The engine identifier of `SNMPv3` (RFC 3411), hexadecimal.
    SnmpEngineId = "snmp.engine-id",
    /// The enterprise number inside the engine identifier, decimal.
    SnmpEnterprise = "snmp.enterprise",
    /// `sysDescr.0` (RFC 3418).
    SnmpSysDescr = "snmp.sys-descr",
    /// `sysObjectID.0` (RFC 3418), dotted.
    SnmpSysObjectId = "snmp.sys-object-id",
    /// A dialect of SMB that a server chose, `1` for SMB 1, and whether it signs (`required`,
    /// `enabled`, `disabled`): `3.1.1 signing=required`, `1 signing=disabled`. Behind it may stand
    /// the algorithms by which it would compress, as `compression=lznt1,lz77`.
    SmbDialect = "smb.dialect",
    /// `ServerGuid` of an SMB 2 negotiation: told to the inspector, never matched.
    SmbServerGuid = "smb.server-guid",
    /// The clock of an SMB 2 server, as `system=2026-11-23T23:00:00Z`, and, where it tells, when it
    /// started, as `start=…`.
    SmbTime = "smb.time",
    /// `NativeOS` of an SMB 1 session setup.
    SmbNativeOs = "smb.native-os",
    /// `NativeLanMan` of an SMB 1 session setup.
    SmbNativeLanMan = "smb.native-lan-man",
    /// Product version of an NTLM challenge (MS-NLMP 2.2.2.10), as `10.0.17763`.
    NtlmBuild = "ntlm.build",
    /// The `NetBIOS` name of the computer in an NTLM challenge.
    NtlmComputer = "ntlm.computer",
    /// The `NetBIOS` name of the domain in an NTLM challenge; of the computer where it has none.
    NtlmDomain = "ntlm.domain",
    /// The DNS name of the computer in an NTLM challenge.
    NtlmDnsComputer = "ntlm.dns-computer",
    /// The DNS name of the domain in an NTLM challenge.
    NtlmDnsDomain = "ntlm.dns-domain",
    /// The security protocol that a remote desktop chose (MS-RDPBCGR 2.2.1.2) and whether it wants
    /// the login first (`required`, `optional`, `none`): `hybrid-ex nla=required`, `tls nla=none`.
    RdpProtocol = "rdp.protocol",
    /// An interface in the endpoint map of MSRPC: UUID, version, binding, annotation.
    MsrpcEndpoint = "msrpc.endpoint",
    /// An attribute of the root DSE, as `vendorName=…` (RFC 4512 section 5.1).
    LdapRootDse = "ldap.root-dse",
    /// The realm of a Kerberos KDC.
    KerberosRealm = "kerberos.realm",
    /// The server version of a `MySQL` greeting.
    MysqlVersion = "mysql.version",
    /// The text of a `MySQL` error packet that came instead of a greeting.
    MysqlError = "mysql.error",
    /// What a `PostgreSQL` error tells: severity, code, text, source file and line.
    PostgresError = "postgres.error",
    /// A setting that `PostgreSQL` tells after a login, as `server_version=15.18`.
    PostgresParameter = "postgres.parameter",
    /// The version in the pre-login answer of SQL Server, as `15.0.2000.5`.
    MssqlVersion = "mssql.version",
    /// What a TNS listener says of itself (`VSNNUM`, `ERR`, version text).
    OracleTns = "oracle.tns",
    /// A line of INFO of Redis, as `redis_version:7.0.15`, or the text of its error.
    RedisInfo = "redis.info",
    /// The version of `MongoDB`, or the range of its wire versions.
    MongodbVersion = "mongodb.version",
    /// The version of Memcached.
    MemcachedVersion = "memcached.version",
    /// The version of `ZooKeeper` with revision and date of its build.
    ZookeeperVersion = "zookeeper.version",
    /// An option that Cassandra supports, as `CQL_VERSION=3.4.5`.
    CassandraOption = "cassandra.option",
    /// Whether a database goes over to TLS within its protocol: `required`, `on`, `offered` or
    /// `none`. A connection that is TLS from its first byte says nothing about this.
    DatabaseEncryption = "database.encryption",
    /// The method by which a database wants to know who is there, as `mysql_native_password`.
    DatabaseAuthentication = "database.authentication",
    /// The version topic of an MQTT broker, or its CONNACK.
    MqttVersion = "mqtt.version",
    /// A server property of AMQP's connection.start, as `product=RabbitMQ`.
    AmqpProperty = "amqp.property",
    /// The requests that a Kafka broker knows, each as `number:oldest-newest`.
    KafkaRequests = "kafka.requests",
    /// The protocol version of an RFB server (RFC 6143 section 7.1.1).
    VncVersion = "vnc.version",
    /// The security types of an RFB server, numbers separated by commas.
    VncSecurity = "vnc.security",
    /// The name of the desktop of an RFB server that asks for no password.
    VncDesktop = "vnc.desktop",
    /// What a telnet server prints before it is asked, without its options.
    TelnetBanner = "telnet.banner",
    /// Vendor and release of an X11 server.
    X11Vendor = "x11.vendor",
    /// The banner of ADB's CNXN message.
    AdbBanner = "adb.banner",
    /// Name and version of a Java virtual machine that a debugger may control.
    JdwpVersion = "jdwp.version",
    /// The greeting of an rsync daemon.
    RsyncGreeting = "rsync.greeting",
    /// A program of a port mapper: number, version, transport, port (RFC 1833).
    RpcProgram = "rpc.program",
    /// The Server or User-Agent field of a SIP answer (RFC 3261).
    SipServer = "sip.server",
    /// The Server field of an RTSP answer (RFC 7826).
    RtspServer = "rtsp.server",
    /// The realm of an RTSP challenge.
    RtspRealm = "rtsp.realm",
    /// `printer-make-and-model` of IPP (RFC 8011).
    IppModel = "ipp.model",
    /// `printer-device-id` of IPP (IEEE 1284).
    IppDeviceId = "ipp.device-id",
    /// `printer-firmware-string-version` of IPP (PWG 5100.13).
    IppFirmware = "ipp.firmware",
    /// Another attribute of a printer, as `printer-location=…`.
    IppAttribute = "ipp.attribute",
    /// The SERVER field of an SSDP answer.
    SsdpServer = "ssdp.server",
    /// A device or service type of an SSDP answer.
    SsdpType = "ssdp.type",
    /// Where an SSDP answer says that the description is, as it is written.
    SsdpLocation = "ssdp.location",
    /// `manufacturer` of a `UPnP` description.
    UpnpManufacturer = "upnp.manufacturer",
    /// `modelName` of a `UPnP` description.
    UpnpModelName = "upnp.model-name",
    /// `modelNumber` of a `UPnP` description.
    UpnpModelNumber = "upnp.model-number",
    /// `modelDescription` of a `UPnP` description.
    UpnpModelDescription = "upnp.model-description",
    /// `friendlyName` of a `UPnP` description.
    UpnpFriendlyName = "upnp.friendly-name",
    /// `deviceType` of a `UPnP` description.
    UpnpDeviceType = "upnp.device-type",
    /// `serialNumber` of a `UPnP` description: told to the inspector, never matched.
    UpnpSerialNumber = "upnp.serial-number",
    /// `presentationURL` of a `UPnP` description.
    UpnpPresentation = "upnp.presentation",
    /// A service type that mDNS announces, as `_ipp._tcp` (RFC 6763).
    MdnsService = "mdns.service",
    /// The instance name of a service that mDNS announces.
    MdnsInstance = "mdns.instance",
    /// The port of a service that mDNS announces, as `_ipp._tcp:631`.
    MdnsPort = "mdns.port",
    /// A pair of a TXT record of mDNS, as `_ipp._tcp:ty=…` (RFC 6763 section 6).
    MdnsText = "mdns.text",
    /// `model` of `_device-info._tcp`.
    MdnsDeviceModel = "mdns.device-model",
    /// A type of a WS-Discovery answer, with its namespace.
    WsdType = "wsd.type",
    /// A scope of a WS-Discovery answer, as `onvif://www.onvif.org/hardware/…`.
    WsdScope = "wsd.scope",
    /// Where a WS-Discovery answer says that the device is spoken to, as it is written.
    WsdAddress = "wsd.address",
    /// `Manufacturer` of ONVIF's `GetDeviceInformation`.
    OnvifManufacturer = "onvif.manufacturer",
    /// `Model` of ONVIF's `GetDeviceInformation`.
    OnvifModel = "onvif.model",
    /// `FirmwareVersion` of ONVIF's `GetDeviceInformation`.
    OnvifFirmware = "onvif.firmware",
    /// The vendor class of a DHCP server's answer (RFC 2132 section 9.13).
    DhcpVendorClass = "dhcp.vendor-class",
    /// The domain in a DHCP server's answer (RFC 2132 section 3.17).
    DhcpDomain = "dhcp.domain",
    /// The address by which a DHCP server calls itself (RFC 2132 section 9.7).
    DhcpServer = "dhcp.server",
    /// A vendor identifier of IKE, hexadecimal.
    IkeVendorId = "ike.vendor-id",
    /// Object name, vendor and model of a `BACnet` device.
    BacnetDevice = "bacnet.device",
    /// The manufacturer's enterprise number of an IPMI controller.
    IpmiManufacturer = "ipmi.manufacturer",
    /// A resource that a CoAP server lists (RFC 6690).
    CoapResource = "coap.resource",
    /// A name in the `NetBIOS` name table, with its suffix (RFC 1002).
    NetbiosName = "netbios.name",
    /// The subject of a certificate, as RFC 4514 writes it.
    TlsSubject = "tls.subject",
    /// The issuer of a certificate.
    TlsIssuer = "tls.issuer",
    /// The application protocol that a TLS server chose (RFC 7301).
    TlsAlpn = "tls.alpn",
    /// A name of the host, by DNS, mDNS or `NetBIOS`.
    HostName = "host.name",
    /// The word of the protocol that a port was found to speak, as `ipp`.
    ServiceProtocol = "service.protocol",
    /// Who made the network interface, by IEEE's register.
    HardwareVendor = "hardware.vendor",
    /// A hardware address that the host tells in a protocol, as `00:00:5e:00:53:01`.
    HardwareAddress = "hardware.address",
    /// How the TCP stack answered: initial TTL, window, order of options.
    TcpStack = "tcp.stack",
    /// What any other server said first or in answer, decoded.
    Banner = "banner",
}

impl fmt::Display for ClueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_unique_and_files_use_them() {
        let mut words: Vec<&str> = ClueSource::ALL.iter().map(|source| source.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), ClueSource::ALL.len());
        for source in ClueSource::ALL {
            let json = serde_json::to_string(source).unwrap();
            assert_eq!(json, format!("{:?}", source.word()));
        }
    }
}
