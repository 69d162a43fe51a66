//! The `hoshimori` command.

#![forbid(unsafe_code)]

mod args;
mod commands;
mod environment;
mod exit;
mod failure;
mod interrupt;
mod ports;
mod printer;
mod progress;
mod subjects;
mod summary;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::exit::Exit;
use crate::printer::Printer;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::usage(&error).into(),
    };
    let printer = Printer::new(&cli.general);
    let outcome = commands::run(&cli, printer);
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            printer.failure(&failure);
            Exit::from(&failure).into()
        }
    }
}
