//! Beginning an inspection, or going on with an interrupted one.

use data_encoding::HEXLOWER;
use hoshimori_inspection::file::InspectionFile;
use hoshimori_inspection::token::Tokens;
use jiff::Timestamp;

use crate::case::Case;
use crate::error::{JournalError, PipelineError};
use crate::journal::{self, Journal, Opening, Record};
use crate::ledger::Ledger;
use crate::plan::fingerprint;
use crate::run::Request;

/// An inspection ready to collect.
pub(crate) struct Opened {
    pub(crate) case: Case,
    pub(crate) ledger: Ledger,
    pub(crate) tokens: Tokens,
    pub(crate) began_at: Timestamp,
}

pub(crate) fn open(
    file: &InspectionFile,
    request: Request<'_>,
    now: Timestamp,
) -> Result<Opened, PipelineError> {
    if request.resume { go_on(file, request, now) } else { begin(file, request, now) }
}

fn begin(
    file: &InspectionFile,
    request: Request<'_>,
    now: Timestamp,
) -> Result<Opened, PipelineError> {
    // Nothing could be sent, so no case should be left behind either.
    file.authorization.check(now)?;
    let case = Case::begin(request.out, &file.inspection.number)?;
    let seed = random_seed()?;
    let journal = Journal::create(&case.journal(), opening(file, seed, now))?;
    let ledger = Ledger::over(journal, Vec::new());
    Ok(Opened { case, ledger, tokens: Tokens::from_seed(seed), began_at: now })
}

fn go_on(
    file: &InspectionFile,
    request: Request<'_>,
    now: Timestamp,
) -> Result<Opened, PipelineError> {
    let case = Case::resume(request.out, &file.inspection.number)?;
    let path = case.journal();
    let (mut journal, records) = Journal::resume(&path)?;
    if records.is_empty() {
        // It was killed before its first line was whole: nothing was sent yet.
        let seed = random_seed()?;
        journal.append(&Record::Opened(opening(file, seed, now)))?;
        let ledger = Ledger::over(journal, records);
        return Ok(Opened { case, ledger, tokens: Tokens::from_seed(seed), began_at: now });
    }
    let corrupt = || JournalError::Corrupt { path: path.clone(), line: 1 };
    let Some(Record::Opened(opening)) = records.first() else { return Err(corrupt().into()) };
    if opening.format != journal::FORMAT {
        return Err(corrupt().into());
    }
    if opening.plan_sha256 != fingerprint(file) {
        return Err(PipelineError::OtherPlan { path: case.path().to_owned() });
    }
    let seed = HEXLOWER.decode(opening.seed.as_bytes()).ok();
    let seed: [u8; 32] = seed.and_then(|seed| seed.try_into().ok()).ok_or_else(corrupt)?;
    let began_at = opening.began_at;
    journal.append(&Record::Resumed { at: now })?;
    let ledger = Ledger::over(journal, records);
    Ok(Opened { case, ledger, tokens: Tokens::from_seed(seed), began_at })
}

fn opening(file: &InspectionFile, seed: [u8; 32], began_at: Timestamp) -> Opening {
    Opening {
        format: journal::FORMAT.to_owned(),
        hoshimori: env!("CARGO_PKG_VERSION").to_owned(),
        number: file.inspection.number.clone(),
        plan_sha256: fingerprint(file),
        seed: HEXLOWER.encode(&seed),
        began_at,
    }
}

/// 256 bits from the system's random source.
pub(crate) fn random_seed() -> Result<[u8; 32], PipelineError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(PipelineError::NoRandomness)?;
    Ok(seed)
}
