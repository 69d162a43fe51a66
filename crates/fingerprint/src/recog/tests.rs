use std::path::Path;

use hoshimori_inspection::evidence::Clue;
use hoshimori_inspection::inventory::Confidence;
use proptest::prelude::*;

use super::*;

const FILE: &str = r#"<?xml version='1.0' encoding='UTF-8'?>
<!-- Written for this test. -->
<fingerprints matches="http_header.server" protocol="http">
  <fingerprint pattern="^Tea &quot;pot&quot;/([\d.]+)$" flags="REG_ICASE">
    <description>A teapot &amp; its version</description>
    <example service.version="4.18">TEA "pot"/4.18</example>
    <param pos="0" name="service.vendor" value="Potter &amp; Co"/>
    <param pos="0" name="service.product" value="Tea"/>
    <param pos="1" name="service.version"/>
    <param pos="0" name="service.cpe23" value="cpe:/a:potter_%26_co:tea:{service.version}"/>
    <param pos="0" name="hw.device" value="Printer"/>
    <param pos="0" name="hw.certainty" value="0.5"/>
  </fingerprint>
  <fingerprint pattern="^Tea">
    <description>assert nothing</description>
    <param pos="0" name="service.certainty" value="0.0"/>
  </fingerprint>
  <fingerprint pattern="^Tea.*">
    <param pos="0" name="service.product" value="Never reached"/>
  </fingerprint>
  <fingerprint pattern="^(?!Tea)Coffee">
    <param pos="0" name="service.product" value="Coffee"/>
  </fingerprint>
  <fingerprint pattern="^Milk/(\d+)$">
    <example service.version="2">Milk/1</example>
    <param pos="0" name="service.product" value="Milk"/>
    <param pos="1" name="service.version"/>
  </fingerprint>
</fingerprints>"#;

fn pack(text: &str) -> Result<Pack, PackError> {
    import("recog", &[("http_servers.xml", text.as_bytes())])
}

#[test]
fn a_fingerprint_reads_as_its_author_meant() {
    let pack = pack(FILE).unwrap();
    let clue = Clue::new(ClueSource::HttpServer, "Tea \"pot\"/5.0+b");
    assert!(pack.read_clue(&clue).iter().all(|reading| reading.product.is_none()));
    let clue = Clue::new(ClueSource::HttpServer, "tea \"pot\"/5.0");
    let readings = pack.read_clue(&clue);
    assert_eq!(readings.len(), 1);
    let product = readings[0].product.clone().unwrap();
    assert_eq!(product.vendor.as_deref(), Some("Potter & Co"));
    assert_eq!(product.version.as_deref(), Some("5.0"));
    let cpe = r"cpe:2.3:a:potter_\&_co:tea:5.0:*:*:*:*:*:*:*";
    assert_eq!(product.cpe.as_deref(), Some(cpe));
    assert_eq!(readings[0].device.as_ref().unwrap().class.as_deref(), Some("printer"));
    assert_eq!(readings[0].confidence, Confidence::Weak);
}

#[test]
fn a_fingerprint_that_asserts_nothing_ends_the_search() {
    let pack = pack(FILE).unwrap();
    let clue = Clue::new(ClueSource::HttpServer, "Tea time");
    assert_eq!(pack.read_clue(&clue)[0].product, None);
    assert_eq!(pack.read_clue(&clue).len(), 1);
}

#[test]
fn what_cannot_be_used_is_counted_with_its_reason() {
    let jarm = FILE.replace("http_header.server", "tls.jarm");
    let files: &[(&str, &[u8])] =
        &[("http_servers.xml", FILE.as_bytes()), ("tls_jarm.xml", jarm.as_bytes())];
    let pack = import("recog", files).unwrap();
    assert_eq!(pack.patterns().count(), 3);
    let said: Vec<(Option<&str>, &str)> =
        pack.left_out().iter().map(|out| (out.pattern.as_deref(), out.because.as_str())).collect();
    assert_eq!(
        said,
        [
            (
                Some("http_servers:4"),
                "look-around, including look-ahead and look-behind, is not supported"
            ),
            (Some("http_servers:5"), "it finds another `service.version` in its own example here"),
            (None, "no clue of ours is a `tls.jarm`"),
        ]
    );
}

#[test]
fn documents_that_are_no_database_are_refused_with_the_file() {
    for text in [
        "",
        "<html></html>",
        "<fingerprints><fingerprint pattern='a'>",
        "<fingerprints><fingerprint/></fingerprints>",
        "<fingerprints><param name='a' pos='0'/></fingerprints>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><fingerprints/>",
        "<fingerprints><fingerprint pattern='&a;'/></fingerprints>",
        "<fingerprints><a><a><a><a><a><a><a><a></a></a></a></a></a></a></a></a></fingerprints>",
    ] {
        let error = pack(text).unwrap_err();
        assert!(error.to_string().contains("`http_servers.xml`"), "{text}: {error}");
    }
}

/// The checkout that stands beside the repository on some machines; elsewhere nothing is tested.
#[test]
fn the_databases_of_recog_read_their_own_examples() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/recog/xml");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no recog checkout at {}", folder.display());
        return;
    };
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "xml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let pack = import("recog", &files).unwrap();
    let patterns = pack.left_out().iter().filter(|out| out.pattern.is_some());
    let patterns: Vec<&LeftOut> = patterns.collect();
    let examples: usize = files
        .iter()
        .map(|(name, bytes)| xml::read(name, std::str::from_utf8(bytes).unwrap()).unwrap())
        .zip(&files)
        .filter(|(database, (name, _))| source(database, name.trim_end_matches(".xml")).is_some())
        .flat_map(|(database, _)| database.fingerprints)
        .map(|fingerprint| fingerprint.examples.len())
        .sum();
    eprintln!(
        "{examples} examples: {} patterns read all theirs, {} are left out, {} files skipped",
        pack.patterns().count(),
        patterns.len(),
        pack.left_out().len() - patterns.len(),
    );
    for out in &patterns {
        eprintln!("{} {:?}: {}", out.file, out.pattern, out.because);
    }
    assert!(pack.patterns().count() > 3_500);
    assert!(patterns.len() < 20, "{patterns:?}");
}

proptest! {
    #[test]
    fn any_change_of_a_database_is_read_or_refused(
        at in 0..FILE.len(), sign in any::<char>(), cut in any::<bool>(),
    ) {
        let mut text: String = FILE.chars().take(at).collect();
        text.push(sign);
        if !cut {
            text.extend(FILE.chars().skip(at + 1));
        }
        let _ = pack(&text);
    }
}
