use hoshimori_scheme::Text;
use serde::{Deserialize, Serialize};

use super::{Confidence, Reason};

/// What kind of device a host is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Device {
    /// Its kind.
    pub class: DeviceClass,
    /// Who makes it.
    pub vendor: Option<String>,
    /// Its model.
    pub model: Option<String>,
    /// The version of its firmware.
    pub firmware: Option<String>,
    /// Where it is administered, as far as it tells or was seen.
    pub management_url: Option<String>,
    /// How well all of this is supported.
    pub confidence: Confidence,
    /// Who says so.
    pub reasons: Vec<Reason>,
}

/// Declares [`DeviceClass`] with its word and its names.
macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $ja:literal, $en:literal;)*) => {
        /// Kinds of devices in an office.
        #[derive(
            Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
        )]
        pub enum DeviceClass {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl DeviceClass {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word used in files.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// The kind in both languages.
            pub fn to_text(self) -> Text {
                match self {
                    $(Self::$name => Text::new($ja, $en),)*
                }
            }
        }
    };
}

classes! {
    /// Connects the office to the internet.
    Router = "router", "ルーター", "router";
    /// Wireless access point or its controller.
    AccessPoint = "access-point", "無線アクセスポイント", "access point";
    /// Switches frames.
    Switch = "switch", "スイッチ", "switch";
    /// Firewall or unified threat management.
    Firewall = "firewall", "ファイアウォール", "firewall";
    /// Network-attached storage.
    Nas = "nas", "NAS", "NAS";
    /// Printer or multifunction printer.
    Printer = "printer", "複合機・プリンター", "printer";
    /// Camera or recorder of cameras.
    Camera = "camera", "カメラ・録画機", "camera or recorder";
    /// Door lock or access control.
    Lock = "lock", "入退室・スマートロック", "door lock";
    /// Television, signage, projector or media player.
    Display = "display", "テレビ・映像機器", "display";
    /// Telephone or its exchange.
    Telephone = "telephone", "電話・PBX", "telephone";
    /// Personal computer.
    Computer = "computer", "パソコン", "computer";
    /// Server.
    Server = "server", "サーバー", "server";
    /// Runs virtual machines.
    Hypervisor = "hypervisor", "仮想化基盤", "hypervisor";
    /// Mobile telephone or tablet.
    Mobile = "mobile", "スマートフォン・タブレット", "phone or tablet";
    /// Management controller of a server.
    ManagementController = "management-controller", "管理コントローラー", "management controller";
    /// Power supply or power distribution.
    Power = "power", "電源装置", "power supply";
    /// Controls a building or a machine.
    Automation = "automation", "設備制御機器", "building automation";
    /// Another thing on the network.
    Appliance = "appliance", "その他の機器", "other device";
    /// Nothing tells its kind, although something tells its maker or model.
    Unknown = "unknown", "種類不明", "device of unknown kind";
}
