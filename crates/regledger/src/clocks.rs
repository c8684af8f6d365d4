//! Commands about deadlines: clocks, and what the calendar brings about.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args as ClapArgs;
use domain::day::Day;
use domain::event::Visibility;
use ledger::{Clock, SystemClock};
use serde_json::json;
use server::clocks::Asked;
use server::look::{Looker, View};

use crate::args::Args;
use crate::print;
use crate::record::open;
use crate::show::as_of;

/// Which deadlines are shown.
#[derive(ClapArgs)]
pub(crate) struct Clocks {
    /// Only those whose last day is before this date.
    #[arg(long)]
    due_before: Option<String>,
    /// Only those whose last day is past.
    #[arg(long)]
    late: bool,
    /// Only those that this department holds: its credit code.
    #[arg(long)]
    department: Option<String>,
    /// The legal date on which they run; today where absent.
    #[arg(long)]
    on: Option<String>,
    /// What was known: a position or a time.
    #[arg(long)]
    as_of: Option<String>,
}

/// The columns that fit a screen.
const COLUMNS: [&str; 8] = [
    "due",
    "late_days",
    "subject",
    "task",
    "part",
    "article",
    "holder_name",
    "provisional",
];

fn day(text: Option<&str>) -> anyhow::Result<Option<Day>> {
    text.map(|text| Day::parse(text).context("a date is written 2026-01-02"))
        .transpose()
}

fn today() -> Day {
    SystemClock.now().day_in_shanghai()
}

pub(crate) fn clocks(args: &Args, asked: &Clocks) -> anyhow::Result<ExitCode> {
    let department = asked.department.as_deref().map(str::parse).transpose();
    let which = Asked {
        due_before: day(asked.due_before.as_deref())?,
        late: asked.late,
        department: department.context("department: a credit code")?,
    };
    // Whoever may read the folder sees everything.
    let view = View {
        as_of: as_of(asked.as_of.as_deref(), asked.on.as_deref())?,
        reader: Visibility::Restricted,
    };
    let ledger = open(args)?;
    let looker = Looker::default();
    let (found, _) = looker.clocks(&ledger, &view, today(), &which, None, usize::MAX)?;
    if args.json {
        for deadline in &found {
            println!("{}", serde_json::to_string(deadline)?);
        }
        return Ok(ExitCode::SUCCESS);
    }
    print!("{}", print::table(&found, &COLUMNS)?);
    let late = found.iter().filter(|d| d.late_days > 0).count();
    println!("{} deadlines, {late} of them past", found.len());
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn run(args: &Args, until: Option<&str>) -> anyhow::Result<ExitCode> {
    let until = day(until)?.unwrap_or_else(today);
    let ledger = open(args)?;
    let (mut recorded, mut held) = (0_u64, 0_u64);
    let ran = ledger.run_calendar(until, &mut |lapse, outcome| {
        let about = (lapse.on, &lapse.subject);
        let action = lapse.payload.action_type().unwrap_or_default();
        match outcome {
            Ok(receipt) => {
                recorded += u64::from(!receipt.known);
                if args.json {
                    let told = json!({"action": action, "known": receipt.known, "on": about.0,
                        "seq": receipt.seq, "subject": about.1});
                    println!("{told}");
                } else {
                    println!("{:>8}  {}  {action}  {}", receipt.seq, about.0, about.1);
                }
            }
            Err(refusal) => {
                held += 1;
                if args.json {
                    let told = json!({"action": action, "code": refusal.code, "on": about.0,
                        "reason": refusal.message, "subject": about.1});
                    println!("{told}");
                } else {
                    println!(
                        "    held  {}  {action}  {}: {} ({}); {}",
                        about.0, about.1, refusal.message, refusal.code, refusal.remedy
                    );
                }
            }
        }
    });
    ran.map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
    if !args.json {
        println!("{recorded} recorded up to {until}, {held} held up");
    }
    Ok(if held == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}
