use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::failure::Failure;

/// The exit statuses that scripts rely on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Exit {
    /// Done, and passed where there is a pass.
    Done = 0,
    /// Done, but the result is a failed grade or a failed verification.
    Failed = 1,
    /// Could not be done.
    CouldNot = 2,
    /// Wrong usage.
    Usage = 64,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<&Failure> for Exit {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Usage(_) => Self::Usage,
            _ => Self::CouldNot,
        }
    }
}

/// Prints what is wrong with the command line, or the help that was asked for.
pub(crate) fn usage(error: &clap::Error) -> Exit {
    // Where even this cannot be printed there is nobody to tell.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
        _ => Exit::Usage,
    }
}
