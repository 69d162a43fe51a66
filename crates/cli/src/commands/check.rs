use hoshimori_inspection::verdict::Verdict;
use hoshimori_pipeline::adhoc::{self, ByHand};
use hoshimori_scheme::{CriterionId, Scheme, Table, Text};

use super::scan::by_hand;
use super::{Setting, with_surroundings};
use crate::args::Check;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::summary;

pub(super) fn run(args: &Check, scheme: &Scheme, setting: Setting<'_>) -> Result<Exit, Failure> {
    let printer = setting.printer;
    let tests: Vec<CriterionId> = if args.tests.is_empty() {
        let network = scheme.tests().iter().map(|test| test.id);
        network.filter(|id| id.table() == Table::Network).collect()
    } else {
        args.tests.clone()
    };
    if let Some(unknown) = tests.iter().find(|id| scheme.test(**id).is_none()) {
        return Err(Failure::Usage(Text::new(
            format!("`{unknown}` という検査はありません。`hoshimori criteria` で一覧が見られます"),
            format!("there is no test `{unknown}`; `hoshimori criteria` lists them"),
        )));
    }
    let by_hand = ByHand {
        tests: tests.into_iter().collect(),
        state_changing_probes: args.state_changing_probes,
        ..by_hand(&args.what, args.vantage)?
    };
    let assessment =
        with_surroundings(setting, async |around| adhoc::check(scheme, &by_hand, around).await)?;
    if printer.json {
        Printer::json(&assessment)?;
    } else {
        Printer::data(&summary::check(&assessment, &by_hand.tests, printer.language))?;
    }
    let failed = assessment.results.iter().any(|result| result.verdict == Verdict::Fail);
    Ok(if failed { Exit::Failed } else { Exit::Done })
}
