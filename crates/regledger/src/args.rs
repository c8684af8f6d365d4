//! What can be asked on the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Regulation ledger for a market-supervision authority: every action a hash-chained event.
#[derive(Parser)]
#[command(version, about)]
pub(crate) struct Args {
    /// The ledger's folder.
    #[arg(long, global = true, env = "REGLEDGER_DIR", default_value = "ledger")]
    pub(crate) ledger: PathBuf,
    /// Machine-readable output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Open a folder that was moved or restored on purpose (its floor file is missing).
    #[arg(long, global = true)]
    pub(crate) adopt: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a county-year of invented operators, verify it, and say what to try next.
    Demo {
        /// How many operators; each comes to about twenty events.
        #[arg(long, default_value_t = 10_000)]
        operators: u64,
        /// The same seed makes the same actions.
        #[arg(long, default_value_t = 371_322)]
        seed: u64,
    },
    /// Make a ledger in a new folder.
    Init {
        /// The folder.
        dir: PathBuf,
        /// The ledger's origin line: who keeps it, for ever.
        #[arg(long)]
        origin: String,
    },
    /// Record actions, one JSON object a line, from a file or standard input.
    Act {
        /// The file; standard input where absent.
        file: Option<PathBuf>,
    },
    /// Record the rows of another department's file (CSV or XLSX).
    Import(Import),
    /// Show a subject: operator:CODE, complaint:NUMBER, application:NUMBER, address:ID,
    /// department:register; an address by its words: show address --text "...".
    Show {
        /// The subject.
        subject: String,
        /// With `address`: the address in words, in any spelling.
        #[arg(long)]
        text: Option<String>,
        /// What was known: a position or a time (RFC 3339, milliseconds, Z).
        #[arg(long)]
        as_of: Option<String>,
        /// What was true on a legal date.
        #[arg(long)]
        on: Option<String>,
        /// An operator's whole file in order, in sentences.
        #[arg(long)]
        dossier: bool,
    },
    /// Show a list: abnormal, marks or serious.
    List {
        /// The list.
        name: String,
        /// What was known: a position or a time.
        #[arg(long)]
        as_of: Option<String>,
        /// Who stood on it on a legal date.
        #[arg(long)]
        on: Option<String>,
    },
    /// Write the history; with --json the whole of it as a history file that verify reads.
    Events {
        /// Only events that name a subject.
        #[arg(long)]
        subject: Option<String>,
        /// Only events whose type begins so.
        #[arg(long)]
        r#type: Option<String>,
        /// Only events behind a position.
        #[arg(long)]
        after: Option<u64>,
    },
    /// Check the history: chain, order, schemas, rules, projections.
    Verify {
        /// Levels; all where none is named.
        levels: Vec<String>,
        /// A history file instead of the ledger; - for standard input.
        #[arg(long)]
        file: Option<PathBuf>,
        /// A head that was noted earlier, SIZE:HEAD, which the history must go through.
        #[arg(long)]
        noted: Vec<String>,
    },
    /// Name the subjects whose state differs between two positions.
    Diff {
        /// Earlier position.
        a: u64,
        /// Later position.
        b: u64,
    },
    /// Origin, size, head and views of the ledger.
    Status,
    /// List the types of actions and events, or print the schema of one.
    Schema {
        /// An event type, area.verb_past.vN, or an action type.
        r#type: Option<String>,
    },
    /// Print a completion script.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// How another department's file is brought in.
#[derive(clap::Args)]
pub(crate) struct Import {
    /// market-entities, abnormal-list, marks, serious-list, penalty-decisions or two-publicity;
    /// with --mapping any name.
    pub(crate) layout: String,
    /// CSV in UTF-8 or GB18030, or XLSX, whose first sheet counts.
    pub(crate) file: PathBuf,
    /// Credit code of the department that brings it in.
    #[arg(long)]
    pub(crate) department: String,
    /// Where refused rows are written, to be corrected and imported again; FILE.refused.csv where
    /// not named.
    #[arg(long)]
    pub(crate) refused: Option<PathBuf>,
    /// A layout of one's own instead of the product's, for other columns.
    #[arg(long)]
    pub(crate) mapping: Option<PathBuf>,
    /// utf-8 or gb18030, where a CSV's encoding was found out wrongly.
    #[arg(long)]
    pub(crate) encoding: Option<String>,
    /// Judge every row, record nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}
