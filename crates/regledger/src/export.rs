//! The command that writes files for others: what the county owes, as it stands on a day.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args as ClapArgs, ValueEnum};
use domain::areas::Payload;
use domain::areas::department::Register;
use domain::areas::sharing::SharingEvent;
use domain::day::Day;
use domain::entity::{Entity, Operator};
use domain::ident::CreditCode;
use domain::row::List;
use domain::subject::{Kind, Subject};
use domain::world::{department_subject, operator_subject};
use intake::out;
use ledger::{AsOf, Known, Ledger};
use serde_json::json;

use crate::args::Args;
use crate::record::open;

/// Operators read at once.
const PAGE: usize = 500;

/// What is written, and where to.
#[derive(ClapArgs)]
pub(crate) struct Export {
    /// penalties: the two-publicity file (双公示) that `import two-publicity` reads back;
    /// licences: registrations in force; outbox: what a department sent others.
    pub(crate) what: What,
    /// As it stands on this legal date: what has expired or was withdrawn by then is left out.
    #[arg(long)]
    pub(crate) on: String,
    /// The file; standard output where absent.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Credit code of the department: whose outbox, or whose penalties alone.
    #[arg(long)]
    pub(crate) department: Option<String>,
}

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// Penalties that are shown.
    Penalties,
    /// Registrations in force.
    Licences,
    /// A department's exchanges.
    Outbox,
}

pub(crate) fn export(args: &Args, asked: &Export) -> anyhow::Result<ExitCode> {
    let on = Day::parse(&asked.on).context("--on: a date is written 2026-01-02")?;
    let department = asked.department.as_deref().map(CreditCode::parse);
    let department = department
        .transpose()
        .map_err(|e| anyhow::anyhow!("{}: {e} (--department)", e.code()))?;
    let ledger = open(args)?;
    let sink: Box<dyn Write> = match &asked.out {
        Some(path) => {
            let file = File::create(path).with_context(|| format!("making {}", path.display()))?;
            Box::new(file)
        }
        None => Box::new(std::io::stdout().lock()),
    };
    let mut file = csv::Writer::from_writer(sink);
    let rows = match asked.what {
        What::Penalties => penalties(&ledger, on, department, &mut file)?,
        What::Licences => licences(&ledger, on, &mut file)?,
        What::Outbox => {
            let whose = department.context("an outbox is somebody's: give --department")?;
            outbox(&ledger, on, whose, &mut file)?
        }
    };
    file.flush().context("writing the file")?;
    if let Some(path) = &asked.out {
        let path = path.display().to_string();
        if args.json {
            println!("{}", json!({"file": path, "rows": rows}));
        } else {
            println!("{rows} rows written to {path}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

type Sink = csv::Writer<Box<dyn Write>>;

const fn as_of(on: Option<Day>) -> AsOf {
    AsOf {
        known: Known::Now,
        on,
    }
}

fn register(ledger: &Ledger) -> anyhow::Result<Register> {
    let subject = Subject::department_register();
    Ok(match ledger.entity(&subject, as_of(None))? {
        Some(Entity::Register(register)) => *register,
        _ => Register::default(),
    })
}

fn operator(
    ledger: &Ledger,
    subject: &Subject,
    on: Option<Day>,
) -> anyhow::Result<Option<Operator>> {
    Ok(match ledger.entity(subject, as_of(on))? {
        Some(Entity::Operator(operator)) => Some(operator.into_inner()),
        _ => None,
    })
}

/// The penalties that the public register shows on the day, by operator and case.
fn penalties(
    ledger: &Ledger,
    on: Day,
    department: Option<CreditCode>,
    file: &mut Sink,
) -> anyhow::Result<u64> {
    let layouts = intake::layouts().map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
    let layout = layouts.iter().find(|l| l.layout == "two-publicity");
    let layout = layout.context("layout_unknown: two-publicity")?;
    let register = register(ledger)?;
    file.write_record(out::headers(layout))?;
    let mut rows = 0;
    for shown in ledger.list(List::Penalties, as_of(Some(on)))? {
        let row = shown.row;
        let other = |code: CreditCode| row.authority != code.as_str();
        if row.is_tombstone() || department.is_some_and(other) {
            continue;
        }
        let Ok(code) = CreditCode::parse(&row.key) else {
            continue;
        };
        let Some(operator) = operator(ledger, &operator_subject(code), None)? else {
            continue;
        };
        // What is shown anew after a revoked repair has a number behind its case's.
        let same = |p: &&domain::areas::enforcement::Penalised| {
            row.entry == p.case || row.entry == format!("{}.{}", p.case, p.resumed)
        };
        let Some(penalty) = operator.enforcement.penalties.iter().find(same) else {
            bail!(
                "export_incomplete: {} names no penalty of {code}",
                row.entry
            );
        };
        let case = Subject::new(Kind::Case, &penalty.case)?;
        let case = ledger.history(&case, Known::Now)?;
        let (data, named) = out::penalty(code, &operator, penalty, &case, &register);
        file.write_record(out::record(layout, penalty.decided, &data, &named))?;
        rows += 1;
    }
    Ok(rows)
}

fn licences(ledger: &Ledger, on: Day, file: &mut Sink) -> anyhow::Result<u64> {
    file.write_record(out::LICENCE_HEADERS)?;
    let mut after: Option<Subject> = None;
    let mut rows = 0;
    loop {
        let found = ledger.subjects("operator:", after.as_ref(), PAGE)?;
        for subject in &found {
            let known = operator(ledger, subject, Some(on))?;
            let code = CreditCode::parse(subject.id()).ok();
            let record = known
                .zip(code)
                .and_then(|(o, code)| out::licence(code, &o, on));
            if let Some(record) = record {
                file.write_record(record)?;
                rows += 1;
            }
        }
        if found.len() < PAGE {
            return Ok(rows);
        }
        after = found.last().cloned();
    }
}

fn outbox(ledger: &Ledger, on: Day, whose: CreditCode, file: &mut Sink) -> anyhow::Result<u64> {
    file.write_record(out::OUTBOX_HEADERS)?;
    let register = register(ledger)?;
    let mut rows = 0;
    for event in ledger.history(&department_subject(whose), Known::Now)? {
        let Payload::Sharing(SharingEvent::Sent(sent)) = &event.payload else {
            continue;
        };
        if event.by.department != whose || on < event.on {
            continue;
        }
        let subject = Subject::new(Kind::Exchange, &sent.exchange)?;
        if let Some(Entity::Exchange(exchange)) = ledger.entity(&subject, as_of(Some(on)))? {
            file.write_record(out::outbox(&sent.exchange, &exchange, &register, on))?;
            rows += 1;
        }
    }
    Ok(rows)
}
