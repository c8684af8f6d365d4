//! The command line of the regulation ledger: argument parsing and printing.

// Printing is what this crate is for.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod archive;
mod args;
mod checkpoint;
mod clocks;
mod compare;
mod dossier;
mod export;
mod file;
mod import;
mod keys;
mod others;
mod print;
mod record;
mod serve;
mod show;
mod verify;
mod whatif;
mod year;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::args::{Args, ClockCommand, Command};

/// What one thread allocates another frees, which the system's allocator pays for dearly.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("regledger: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// 0: done and all holds; 1: done, but something was refused or does not hold; 2: not done.
fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Demo {
            operators,
            seed,
            serve,
        } => year::run(args, *operators, *seed, *serve),
        Command::Serve(how) => serve::serve(args, how),
        Command::Init { dir, origin } => record::init(dir, origin),
        Command::Act { file } => record::act(args, file.as_deref()),
        Command::Import(asked) => import::import(args, asked),
        Command::Export(asked) => export::export(args, asked),
        Command::Show {
            subject,
            text,
            as_of,
            on,
            dossier: false,
        } => {
            let subject = show::subject(args, subject, text.as_deref())?;
            show::show(args, &subject, as_of.as_deref(), on.as_deref())
        }
        Command::Show {
            subject, as_of, on, ..
        } => dossier::show(args, subject, as_of.as_deref(), on.as_deref()),
        Command::List { name, as_of, on } => {
            show::list(args, name, as_of.as_deref(), on.as_deref())
        }
        Command::Clocks(asked) => clocks::clocks(args, asked),
        Command::Clock {
            command: ClockCommand::Run { until },
        } => clocks::run(args, until.as_deref()),
        Command::Events {
            subject,
            r#type,
            after,
        } => file::events(args, subject.as_deref(), r#type.as_deref(), *after),
        Command::Verify(asked) => verify::asked_for(args, asked),
        Command::Disclose { event } => verify::disclose(args, *event),
        Command::Archive { file, with_vault } => archive::archive(args, file, *with_vault),
        Command::Publish { dir, on } => checkpoint::publish(args, dir, on.as_deref()),
        Command::Restore {
            file,
            keys,
            without_vault,
        } => archive::restore(args, file, keys.as_deref(), *without_vault),
        Command::Witness { command } => others::witness(args, command),
        Command::Mirror(asked) => others::mirror(args, asked),
        Command::WhatIf(asked) => whatif::what_if(args, asked),
        Command::Diff { a, b } => compare::diff(args, a, b),
        Command::Trace {
            subject,
            to,
            as_of,
            on,
            depth,
        } => {
            let asked = compare::Follow {
                subject,
                to: to.as_deref(),
                known: as_of.as_deref(),
                on: on.as_deref(),
                depth: *depth,
            };
            compare::follow(args, &asked)
        }
        Command::Replay { rebuild } => verify::replay(args, *rebuild),
        Command::Keys { command } => keys::keys(args, command),
        Command::Checkpoint => checkpoint::checkpoint(args, &serve::Serve::default().publishing()),
        Command::Prove {
            what: args::ProveCommand::Event { event },
        } => checkpoint::prove(args, event),
        Command::VerifyProof { file, key, policy } => {
            checkpoint::verify(args, file, key, policy.as_deref())
        }
        Command::Status => show::status(args),
        Command::Schema { r#type } => show::schema(r#type.as_deref()),
        Command::Completions { shell } => {
            let mut command = Args::command();
            clap_complete::generate(*shell, &mut command, "regledger", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}
