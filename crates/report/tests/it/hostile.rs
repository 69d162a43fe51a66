//! A document whose every free text tries to be something else.

use hoshimori_inspection::assessment::Assessment;
use hoshimori_scheme::Text;

use crate::sample;

const TEXTS: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(2)>",
    "#panic(\"markup\") #import \"/etc/passwd\": * $x$ *bold* _it_ `raw` @label <label> \\ // /* ",
    "{{ words }} {% raw %} {count} ${HOME}",
    "safe\u{202e}gpj.exe\u{0}\u{7}\u{1b}[31m\r\nnext line\u{2028}\u{feff}\u{200b}",
    "𠮷野家 \u{1f525} \u{5d0}\u{5d1} \u{fffd} e\u{301}",
];

/// The small sample with hostile names, banners, notes, evidence and paths.
pub(crate) fn document() -> Assessment {
    let mut assessment = sample::small();
    let all = TEXTS.join(" ");
    let long = "A1b2".repeat(2_500);
    for result in &mut assessment.results {
        result.title = Text::same(TEXTS[0]);
        result.because = Text::same(&all);
        result.repeat = Some(all.clone());
    }
    for finding in &mut assessment.findings {
        finding.title = Text::same(&all);
        finding.because = Text::same(TEXTS[2]);
        finding.target = TEXTS[1].to_owned();
        finding.ids = TEXTS.map(str::to_owned).to_vec();
        finding.repeat = Some(TEXTS[2].to_owned());
    }
    assessment.findings[0].because = Text::same(&long);
    for record in &mut assessment.evidence {
        record.received = all.clone().into_bytes().into();
        record.note = Some(TEXTS[2].to_owned());
    }
    for port in assessment.hosts.iter_mut().flat_map(|host| &mut host.ports) {
        port.banner = Some(all.clone());
        port.product = Some(long[..400].to_owned());
    }
    let inspection = assessment.inspection.as_mut().unwrap();
    let file = &mut inspection.file;
    file.inspection.number = TEXTS[3].to_owned();
    file.facility.name = all.clone();
    file.facility.operator = long[..400].to_owned();
    file.inspection_body.inspectors = TEXTS.map(str::to_owned).to_vec();
    inspection.limits = vec![Text::same(&all), Text::same(&long)];
    for file in &mut inspection.files {
        file.path.push_str(TEXTS[1]);
    }
    assessment
}
