use std::borrow::Cow;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::criterion::{AuditCriterion, TechnicalTest};
use crate::document::TextFault;
use crate::edition::{Edition, GradeRow, GradingNumbers, Refusal, Scheme, SeedNote};
use crate::id::{CriterionId, Table};
use crate::input::{InputError, TomlSource};
use crate::level::Level;
use crate::place::{Place, Placed};
use crate::text::Text;

/// The contents of `grades.toml`, or of an edition in a single file.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditionTables {
    pub(crate) edition: Edition,
    pub(crate) grading: GradingNumbers,
    #[serde(rename = "level")]
    pub(crate) levels: Vec<Level>,
    pub(crate) refused: Text,
    pub(crate) refusal: Refusal,
    #[serde(rename = "audit_grade")]
    pub(crate) audit_grades: Vec<GradeRow>,
    #[serde(rename = "assessment_grade")]
    pub(crate) assessment_grades: Vec<GradeRow>,
    #[serde(rename = "common_risk", default)]
    pub(crate) common_risks: Vec<Text>,
    #[serde(rename = "note", default)]
    pub(crate) notes: Vec<SeedNote>,
    #[serde(default)]
    pub(crate) audit: Vec<AuditCriterion>,
    #[serde(rename = "test", default)]
    pub(crate) tests: Vec<TechnicalTest>,
}

impl From<Scheme> for EditionTables {
    fn from(scheme: Scheme) -> Self {
        Self {
            edition: scheme.edition,
            grading: scheme.grading,
            levels: scheme.levels,
            refused: scheme.refused,
            refusal: scheme.refusal,
            audit_grades: scheme.audit_grades,
            assessment_grades: scheme.assessment_grades,
            common_risks: scheme.common_risks,
            notes: scheme.notes,
            audit: scheme.audit,
            tests: scheme.tests,
        }
    }
}

/// One file of an edition, in memory.
#[derive(Clone, Debug)]
pub(crate) struct SourceFile {
    pub(crate) name: Cow<'static, str>,
    pub(crate) text: Cow<'static, str>,
}

impl SourceFile {
    fn source(&self) -> TomlSource<'_> {
        TomlSource { file: &self.name, text: &self.text }
    }
}

/// All files of an edition, in memory.
#[derive(Debug)]
pub(crate) enum SourceFiles {
    /// Everything in one file.
    SingleFile(SourceFile),
    /// `grades.toml` and one file a criterion.
    Directory {
        /// `grades.toml`.
        grades: SourceFile,
        /// The files of `audit/`, `network/` and `wifi/`, with the table that each belongs to.
        criteria: Vec<(Table, SourceFile)>,
    },
}

/// What the files of an edition say, each value with its place, before anything is checked across.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    /// Everything but the criteria; its own lists of criteria are empty.
    pub(crate) general: Placed<'a, EditionTables>,
    /// The audit criteria in the order of the files.
    pub(crate) audit: Vec<Placed<'a, AuditCriterion>>,
    /// The technical tests in the order of the files.
    pub(crate) tests: Vec<Placed<'a, TechnicalTest>>,
}

impl<'a> Draft<'a> {
    /// Reads `files`; keys, types and the texts themselves are right afterwards.
    pub(crate) fn read(files: &'a SourceFiles) -> Result<Self, InputError> {
        match files {
            SourceFiles::SingleFile(file) => {
                let mut general: Placed<'_, EditionTables> = read(file.source())?;
                let audit = std::mem::take(&mut general.value.audit);
                let audit = elements(audit, &general.place.key("audit"));
                let tests = std::mem::take(&mut general.value.tests);
                let tests = elements(tests, &general.place.key("test"));
                Ok(Self { general, audit, tests })
            }
            SourceFiles::Directory { grades, criteria } => {
                let general = read(grades.source())?;
                refuse_criteria(&general)?;
                let mut draft = Self { general, audit: Vec::new(), tests: Vec::new() };
                for (table, file) in criteria {
                    draft.add(*table, file)?;
                }
                Ok(draft)
            }
        }
    }

    fn add(&mut self, table: Table, file: &'a SourceFile) -> Result<(), InputError> {
        if table == Table::Audit {
            let criterion: Placed<'_, AuditCriterion> = read(file.source())?;
            check_file_name(criterion.value.id, table, &criterion.place)?;
            self.audit.push(criterion);
        } else {
            let test: Placed<'_, TechnicalTest> = read(file.source())?;
            check_file_name(test.value.id, table, &test.place)?;
            self.tests.push(test);
        }
        Ok(())
    }
}

fn elements<'a, T>(values: Vec<T>, array: &Place<'a>) -> Vec<Placed<'a, T>> {
    let placed = values.into_iter().enumerate();
    placed.map(|(index, value)| Placed { value, place: array.index(index) }).collect()
}

/// Reads one file and refuses strings that could not be printed.
fn read<T: DeserializeOwned>(source: TomlSource<'_>) -> Result<Placed<'_, T>, InputError> {
    let document = source.parse()?;
    if let Some((fault, span, key)) = document.unprintable() {
        return Err(match fault {
            TextFault::Blank => {
                let problem = Text::new("文が空です", "the text is empty");
                source.fault(&span, key, problem)
            }
            TextFault::Control => {
                let problem =
                    Text::new("文に制御文字か改行があります", "control character or line break");
                source.fault(&span, key, problem).with_hint(Text::new(
                    "複数行の文は、各行の終わりに `\\` を置いて1行にする",
                    "end each line of a longer text with `\\`, which joins it to the next",
                ))
            }
        });
    }
    let value = source.deserialize(document)?;
    Ok(Placed { value, place: Place::root(source) })
}

fn refuse_criteria(general: &Placed<'_, EditionTables>) -> Result<(), InputError> {
    let key = if !general.value.audit.is_empty() {
        "audit"
    } else if !general.value.tests.is_empty() {
        "test"
    } else {
        return Ok(());
    };
    Err(general.place.key(key).fault(
        "ディレクトリー形式の版では、項目は1件ずつ別のファイルに書きます",
        "in an edition directory each criterion stands in a file of its own",
    ))
}

fn check_file_name(id: CriterionId, table: Table, place: &Place<'_>) -> Result<(), InputError> {
    let stem = Path::new(place.file()).file_stem().and_then(|stem| stem.to_str());
    let expected = id.file_stem();
    if id.table() != table {
        let letter = table.letter();
        return Err(place.key("id").fault(
            format!("`{id}` はこのディレクトリーの項目ではありません（ここは `{letter}-`）"),
            format!("`{id}` does not belong into this directory; its ids begin with `{letter}-`"),
        ));
    }
    if stem != Some(expected.as_str()) {
        return Err(place.key("id").fault(
            format!("`{id}` のファイル名は `{expected}.toml` です"),
            format!("the file of `{id}` must be named `{expected}.toml`"),
        ));
    }
    Ok(())
}
