//! Renders an assessment document, for looking at the pages while changing a template:
//! `cargo run -p hoshimori-report --example render -- DOCUMENT.json OUT_DIR`.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use hoshimori_inspection::assessment::Assessment;
use hoshimori_report::{ReportInput, html, pdf};
use hoshimori_scheme::{Language, Scheme};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(document), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: render DOCUMENT.json OUT_DIR".into());
    };
    let assessment: Assessment = serde_json::from_slice(&fs::read(document)?)?;
    let out = PathBuf::from(out);
    fs::create_dir_all(&out)?;
    for language in [Language::Japanese, Language::English] {
        let input = ReportInput { assessment: &assessment, scheme: Scheme::embedded(), language };
        let rendered = pdf(&input)?;
        for warning in &rendered.warnings {
            eprintln!("warning: {warning}");
        }
        fs::write(out.join(format!("report.{}.pdf", language.code())), rendered.bytes)?;
        fs::write(out.join(format!("report.{}.html", language.code())), html(&input)?)?;
    }
    Ok(())
}
