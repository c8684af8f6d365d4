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
    /// Look at a ledger that cannot be opened for writing, up to the last position that holds;
    /// nothing is written to its folder.
    #[arg(long, global = true)]
    pub(crate) read_only: bool,
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
        /// Serve it afterwards, at 127.0.0.1:8371.
        #[arg(long)]
        serve: bool,
    },
    /// Serve the ledger over HTTP, under /api/v1.
    Serve(crate::serve::Serve),
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
    /// Write a file for others: penalties or licences for the credit portal, a department's outbox.
    Export(crate::export::Export),
    /// Show a subject: operator:CODE, complaint:NUMBER, application:NUMBER, address:ID,
    /// department:register; an address by its words: show address --text "...".
    Show {
        /// The subject.
        subject: String,
        /// With `address`: the address in words, in any spelling. With `shop`: its page,
        /// PLATFORM/SHOP, app:ID or mini_programme:CARRIER/APP.
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
    /// The deadlines that run, by their last day: what is due, by which rule, who holds it.
    Clocks(crate::clocks::Clocks),
    /// What the calendar brings about: lapses, ends of publications and listings, monthly classes.
    Clock {
        #[command(subcommand)]
        command: ClockCommand,
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
    /// Check the history: chain, tree, signatures, quorum, order, schemas, rules, projections,
    /// commitments, evidence.
    Verify(Verify),
    /// Print the sealed values of an event with their salts, one a line, so that somebody else can
    /// check them with `verify --disclosed`. They are personal values: hand them on with a ground.
    Disclose {
        /// The event's position.
        event: u64,
    },
    /// Write an archive: events, checkpoints, policy packs, schemas, keys' history, in one file that
    /// can be checked and restored without this ledger. The ledger must not be served meanwhile.
    Archive {
        /// The new file.
        file: PathBuf,
        /// Also the vault's ciphertext: a backup. The keys that open it, keys/, are never in it.
        #[arg(long)]
        with_vault: bool,
    },
    /// Write the log's files and the public data for any web host; what a further run finds there
    /// is brought up to date, and what was withdrawn or has expired leaves.
    Publish {
        /// The folder that the web host serves.
        dir: PathBuf,
        /// The day on which it is looked at; today where absent.
        #[arg(long)]
        on: Option<String>,
    },
    /// Make the ledger's folder (--ledger), new or empty, from an archive; a broken-off attempt goes
    /// on where it stopped.
    Restore {
        /// The archive.
        file: PathBuf,
        /// The folder keys/ of the old ledger, kept apart from its backups.
        #[arg(long)]
        keys: Option<PathBuf>,
        /// Leave the vault's ciphertext out: sealed values stay withheld for ever.
        #[arg(long)]
        without_vault: bool,
    },
    /// Decide the whole history again under another policy pack, and say what would be otherwise.
    WhatIf(crate::whatif::Asked),
    /// Name the operators that stand otherwise seen from B than from A, and in what.
    ///
    /// A point is what was known (a position or a recorded time), what was true (@DATE), or both:
    /// 1200, 2026-03-01T00:00:00.000Z, @2026-03-01, 1200@2026-03-01.
    Diff {
        /// From where first.
        a: String,
        /// From where then.
        b: String,
    },
    /// Follow what an operator shares with others (addresses, shops, and sealed values without
    /// showing them), step by step; with --to what two operators share, and the shortest paths.
    Trace {
        /// operator:CODE.
        subject: String,
        /// What was known: a position or a time.
        #[arg(long)]
        as_of: Option<String>,
        /// What was shared on a legal date; whatever was ever shared where absent.
        #[arg(long)]
        on: Option<String>,
        /// Another operator, operator:CODE.
        #[arg(long)]
        to: Option<String>,
        /// Steps from operator to operator; 1 where absent, of paths 4.
        #[arg(long)]
        depth: Option<u32>,
    },
    /// Fold all views again from the events and hold them against those that are kept.
    Replay {
        /// Also write them anew, beside the old ones, and read the new ones from then on.
        #[arg(long)]
        rebuild: bool,
    },
    /// Sign a checkpoint, ask the witnesses of witnesses.policy, publish it.
    Checkpoint,
    /// Write a proof file, for the checkpoint that was published last.
    Prove {
        #[command(subcommand)]
        what: ProveCommand,
    },
    /// Check a proof file, offline, with nothing but the ledger's key.
    VerifyProof {
        /// The file; - for standard input.
        file: PathBuf,
        /// A key of the ledger's checkpoints, name+id+base64; as often as there are keys.
        #[arg(long)]
        key: Vec<String>,
        /// A policy (C2SP tlog-policy) whose quorum of witnesses must have cosigned.
        #[arg(long)]
        policy: Option<PathBuf>,
    },
    /// Be a witness of other ledgers' checkpoints (C2SP tlog-witness).
    Witness {
        #[command(subcommand)]
        command: WitnessCommand,
    },
    /// Follow another ledger, verify as it goes, keep a copy of all that is public; say at once
    /// when what it serves contradicts what it has served before.
    Mirror(Mirror),
    /// Keys of the HTTP door, and those that sign checkpoints.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
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

/// What is done about the calendar.
#[derive(Subcommand)]
pub(crate) enum ClockCommand {
    /// Record what the calendar has brought about up to a day, each on its own legal day.
    Run {
        /// The last day; today where absent.
        #[arg(long)]
        until: Option<String>,
    },
}

/// What is done with keys.
#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key; it is shown once.
    New {
        /// What it is for: a role or a machine, not a person.
        #[arg(long)]
        name: String,
        /// The widest class it may read: public, departments or restricted.
        #[arg(long, default_value = "departments")]
        reads: String,
        /// Credit code of the department for which it may act.
        #[arg(long)]
        department: Option<String>,
        /// A capacity in which it may act; as often as needed.
        #[arg(long)]
        capacity: Vec<String>,
    },
    /// List all keys, revoked ones among them.
    List,
    /// Take a key out of force.
    Revoke {
        /// Its id.
        id: String,
    },
    /// Print the keys that sign checkpoints now, to be handed to whoever verifies.
    Checkpoint,
    /// Make a key for signing checkpoints; it signs beside the old one from now on, which an event
    /// says.
    Rotate {
        /// Credit code of the department that records it.
        #[arg(long)]
        department: String,
    },
    /// Let a key sign no further checkpoints, which an event says.
    Retire {
        /// The key, as `keys checkpoint` prints it.
        key: String,
        /// Why, in a sentence.
        #[arg(long)]
        reason: String,
        /// Credit code of the department that records it.
        #[arg(long)]
        department: String,
    },
}

/// Which ledger is followed, and how.
#[derive(clap::Args)]
pub(crate) struct Mirror {
    /// Where it is: http://host:port, or a folder that `publish` wrote.
    pub(crate) url: String,
    /// Where the copy is kept.
    pub(crate) dir: PathBuf,
    /// A key that signs its checkpoints, as it was handed out; as often as there are keys.
    #[arg(long, required = true)]
    pub(crate) key: Vec<String>,
    /// A policy (C2SP tlog-policy) of witnesses that must have cosigned.
    #[arg(long)]
    pub(crate) policy: Option<PathBuf>,
    /// Go on looking every so many seconds, until something contradicts itself.
    #[arg(long)]
    pub(crate) follow: Option<u64>,
    /// Read everything anew that is held already, and hold it against the copy.
    #[arg(long)]
    pub(crate) again: bool,
}

/// What is done with a witness.
#[derive(Subcommand)]
pub(crate) enum WitnessCommand {
    /// Make a witness in a new folder.
    Init {
        /// The folder.
        dir: PathBuf,
        /// Its name for ever: an address without scheme, without blanks and plus.
        #[arg(long)]
        name: String,
    },
    /// Cosign for a log from now on.
    Add {
        /// The witness's folder.
        dir: PathBuf,
        /// The log's key, as it was handed out.
        key: String,
    },
    /// Take checkpoints over HTTP.
    Serve {
        /// The witness's folder.
        dir: PathBuf,
        /// Address and port; a port of 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:8372")]
        listen: std::net::SocketAddr,
    },
}

/// What is proved.
#[derive(Subcommand)]
pub(crate) enum ProveCommand {
    /// That an event is in the ledger.
    Event {
        /// Its position, or the id of the action that led to it.
        event: String,
    },
}

/// How another department's file is brought in.
#[derive(clap::Args)]
pub(crate) struct Import {
    /// market-entities, abnormal-list, marks, serious-list, penalty-decisions,
    /// two-publicity or tax-credit;
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

/// What a history is checked for, and against what.
#[derive(clap::Args)]
pub(crate) struct Verify {
    /// Levels; all where none is named.
    pub(crate) levels: Vec<String>,
    /// A history file instead of the ledger; - for standard input.
    #[arg(long)]
    pub(crate) file: Option<PathBuf>,
    /// An archive instead of the ledger, with the checkpoints and keys that are in it.
    #[arg(long, conflicts_with = "file")]
    pub(crate) archive: Option<PathBuf>,
    /// A head that was noted earlier, SIZE:HEAD, which the history must go through.
    #[arg(long)]
    pub(crate) noted: Vec<String>,
    /// A checkpoint that was published (as /log/checkpoint gives it), or a ledger's
    /// checkpoints.ndjson; the ledger's own where it is checked itself.
    #[arg(long)]
    pub(crate) checkpoint: Vec<PathBuf>,
    /// A key that signs the ledger's checkpoints; its own where it is checked itself.
    #[arg(long)]
    pub(crate) key: Vec<String>,
    /// A policy (C2SP tlog-policy) of witnesses; the ledger's own where it is checked itself.
    #[arg(long)]
    pub(crate) policy: Option<PathBuf>,
    /// Values that were disclosed (`disclose`), to be held against their commitments.
    #[arg(long)]
    pub(crate) disclosed: Vec<PathBuf>,
    /// A folder with the files that events name as evidence.
    #[arg(long)]
    pub(crate) evidence: Option<PathBuf>,
}
