//! `what-if`: the history decided again under another pack, and what would have been otherwise.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use audit::{ClockEffect, Effect, FactEffect, PackDigest, WhatIf};
use clap::Args as ClapArgs;
use domain::day::Day;
use domain::policy::Pack;
use domain::subject::Subject;

use crate::args::Args;
use crate::record::open;

/// Lines of one kind that are told; `--json` and the report have them all.
const LINES_MAX: usize = 20;

/// Under which other law.
#[derive(ClapArgs)]
pub(crate) struct Asked {
    /// The pack: it takes the place of the one of the same name that the history adopted.
    #[arg(long)]
    policy: PathBuf,
    /// First legal day on which it does; from the adoption on where absent.
    #[arg(long)]
    since: Option<String>,
    /// Save the report here (制度效果评估), as JSON: it names the history's head and both packs.
    #[arg(long)]
    report: Option<PathBuf>,
}

pub(crate) fn what_if(args: &Args, asked: &Asked) -> anyhow::Result<ExitCode> {
    let path = &asked.policy;
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let pack = Pack::parse(&text).map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
    let since = asked.since.as_deref().map(Day::parse).transpose();
    let since = since.context("since: a date like 2026-01-02")?;
    let ledger = open(args)?;
    let mut replay = WhatIf::new(pack, since);
    let mut broken = None;
    ledger.events(0..u64::MAX, &mut |seq, bytes| {
        broken = replay.take(bytes).err().map(|error| (seq, error));
        broken.is_none()
    })?;
    if let Some((seq, error)) = broken {
        bail!("{}: event {seq} cannot be read: {error}", error.code());
    }
    let effect = replay.finish();
    if effect.since.is_none() {
        bail!("policy_never_in_force: the pack takes force after the history's last day");
    }
    if let Some(path) = &asked.report {
        let report = serde_json::to_string_pretty(&effect)? + "\n";
        fs::write(path, report).with_context(|| format!("writing {}", path.display()))?;
    }
    if args.json {
        println!("{}", serde_json::to_string(&effect)?);
    } else {
        print(&effect);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(effect: &Effect) {
    let told = |pack: &PackDigest| format!("{} ({})", pack.pack, &pack.blake3[..16]);
    let head = effect.head.map(|head| head.to_string()).unwrap_or_default();
    let since = effect.since.map(|day| day.to_string()).unwrap_or_default();
    let replaced = effect.replaced.as_ref().map_or("-".to_owned(), told);
    println!(
        "规则 policy   {replaced} -> {}, 自 from {since}",
        told(&effect.by)
    );
    println!("历史 history  {} events, head {head}", effect.size);
    println!(
        "重判 judged   {} actions, up to {}",
        effect.judged, effect.until
    );
    println!("将被拒绝 would be refused: {}", effect.refused.len());
    for r in effect.refused.iter().take(LINES_MAX) {
        let follows = match r.follows {
            Some(seq) => format!(", as {seq} would be"),
            None => String::new(),
        };
        let about = names(&r.subjects);
        println!(
            "  {:>8}  {}  {}  {about}: {} ({}){follows}",
            r.seq, r.on, r.r#type, r.message, r.code
        );
    }
    more(effect.refused.len());
    println!(
        "后果不同 would have other consequences: {}",
        effect.otherwise.len()
    );
    for o in effect.otherwise.iter().take(LINES_MAX) {
        let moved = match o.would_be_on {
            Some(day) => format!(" on {day} instead"),
            None => String::new(),
        };
        let about = names(&o.subjects);
        println!("  {:>8}  {}  {}  {about}{moved}", o.seq, o.on, o.r#type);
        o.facts.iter().for_each(fact);
    }
    more(effect.otherwise.len());
    let count = |of: &dyn Fn(&&ClockEffect) -> bool| effect.clocks.iter().filter(of).count();
    println!(
        "期限不同 deadlines otherwise: {}; {} more would have run out, {} fewer",
        effect.clocks.len(),
        count(&|c| c.would_have_run_out && !c.ran_out),
        count(&|c| c.ran_out && !c.would_have_run_out),
    );
    // What would have run out otherwise comes first.
    let mut clocks: Vec<&ClockEffect> = effect.clocks.iter().collect();
    clocks.sort_by_key(|c| c.ran_out == c.would_have_run_out);
    for c in clocks.iter().take(LINES_MAX) {
        let day = |day: Option<Day>| day.map_or("-".to_owned(), |day| day.to_string());
        println!(
            "  {:>8}  {}  {}: due {} -> {}, ended {} -> {}",
            c.seq,
            c.subject,
            c.clock,
            day(c.due),
            day(c.would_be_due),
            day(c.ended),
            day(c.would_have_ended),
        );
    }
    more(effect.clocks.len());
    println!(
        "主体不同 operators that would stand otherwise: {}",
        effect.operators.len()
    );
    for o in effect.operators.iter().take(LINES_MAX) {
        let behind: Vec<String> = o.behind.iter().map(ToString::to_string).collect();
        println!("  {}  by events {}", o.operator, behind.join(", "));
        o.facts.iter().for_each(fact);
    }
    more(effect.operators.len());
}

fn fact(fact: &FactEffect) {
    let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let (was, would_be) = (or_none(&fact.was), or_none(&fact.would_be));
    println!("            {}: {was} -> {would_be}", fact.fact);
}

fn names(subjects: &[Subject]) -> String {
    let names: Vec<&str> = subjects.iter().map(Subject::as_str).collect();
    names.join(" ")
}

fn more(count: usize) {
    if count > LINES_MAX {
        println!(
            "  … {} more; --json and --report have all",
            count - LINES_MAX
        );
    }
}
