//! Commands that compare and follow: diff, trace.

use std::process::ExitCode;

use anyhow::{Context, bail};
use domain::ident::CreditCode;
use domain::trace::{Bounds, trace};
use ledger::point_of_view;
use server::shape::{Differing, Trace};

use crate::args::Args;
use crate::print;
use crate::record::open;
use crate::show::as_of;

pub(crate) fn diff(args: &Args, a: &str, b: &str) -> anyhow::Result<ExitCode> {
    let point = |text: &str| point_of_view(text).map_err(|e| anyhow::anyhow!("{text}: {e}"));
    let (before, after) = (point(a)?, point(b)?);
    let ledger = open(args)?;
    let (mut count, mut failed) = (0_u64, None);
    ledger.differing(before, after, &mut |differing| {
        count += 1;
        failed = tell(args, &Differing::of(&differing)).err();
        failed.is_none()
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    if !args.json {
        println!("{count} operators stand otherwise at {b} than at {a}");
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(args: &Args, differing: &Differing) -> anyhow::Result<()> {
    if args.json {
        println!("{}", serde_json::to_string(differing)?);
        return Ok(());
    }
    println!("operator:{}", differing.operator);
    for d in &differing.differences {
        let or_none = |fact: &Option<String>| fact.clone().unwrap_or_else(|| "-".to_owned());
        println!(
            "  {}: {} -> {}",
            d.fact,
            or_none(&d.before),
            or_none(&d.after)
        );
    }
    Ok(())
}

pub(crate) fn follow(
    args: &Args,
    subject: &str,
    known: Option<&str>,
    on: Option<&str>,
    depth_max: u32,
) -> anyhow::Result<ExitCode> {
    let code = subject.strip_prefix("operator:").unwrap_or(subject);
    let code: CreditCode = code
        .parse()
        .context("trace_not_of_operator: name operator:CODE")?;
    let as_of = as_of(known, on)?;
    let bounds = Bounds {
        depth_max,
        ..Bounds::default()
    };
    let ledger = open(args)?;
    let found = trace(code, as_of.on, bounds, &mut |subject| {
        ledger.entity(subject, as_of)
    })?;
    let Some(found) = found else {
        bail!("subject_unknown: nothing is known of operator:{code} by then");
    };
    let shape = Trace::of(&found);
    if args.json {
        println!("{}", serde_json::to_string(&shape)?);
    } else {
        print!("{}", print::shape(&shape)?);
    }
    Ok(ExitCode::SUCCESS)
}
