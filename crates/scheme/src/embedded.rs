use std::borrow::Cow;

use crate::draft::{SourceFile, SourceFiles};
use crate::id::Table;

/// The files of the edition that is compiled in.
pub(crate) fn source_files() -> SourceFiles {
    let audit = AUDIT.iter().map(|file| (Table::Audit, file.clone()));
    let network = NETWORK.iter().map(|file| (Table::Network, file.clone()));
    let wifi = WIFI.iter().map(|file| (Table::Wifi, file.clone()));
    SourceFiles::Directory {
        grades: GRADES.clone(),
        criteria: audit.chain(network).chain(wifi).collect(),
    }
}

/// One file under `criteria/`.
macro_rules! embed_file {
    ($path:expr) => {
        SourceFile {
            name: Cow::Borrowed(concat!("criteria/", $path)),
            text: Cow::Borrowed(include_str!(concat!("../criteria/", $path))),
        }
    };
}

/// The named files of a directory under `criteria/`.
macro_rules! embed_directory {
    ($directory:literal: $($stem:literal)+) => {
        &[$(embed_file!(concat!($directory, "/", $stem, ".toml"))),+]
    };
}

static GRADES: SourceFile = embed_file!("grades.toml");

static AUDIT: &[SourceFile] = embed_directory! { "audit":
    "a01" "a02" "a03" "a04" "a05" "a06" "a07" "a08" "a09" "a10" "a11"
    "a12" "a13" "a14" "a15" "a16" "a17" "a18" "a19" "a20" "a21" "a22"
    "a23" "a24" "a25" "a26" "a27" "a28" "a29" "a30" "a31" "a32"
};

static NETWORK: &[SourceFile] = embed_directory! { "network":
    "n01" "n02" "n03" "n04" "n05" "n06" "n07" "n08" "n09" "n10" "n11" "n12" "n13" "n14"
    "n15" "n16" "n17" "n18" "n19" "n20" "n21" "n22" "n23" "n24" "n25" "n26" "n27"
};

static WIFI: &[SourceFile] = embed_directory! { "wifi": "w01" "w02" "w03" "w04" "w05" };
