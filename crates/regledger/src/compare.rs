//! Commands that compare and follow: diff, trace.

use std::process::ExitCode;

use anyhow::{Context, bail};
use domain::event::Visibility;
use domain::ident::CreditCode;
use ledger::point_of_view;
use server::follow;
use server::look::View;
use server::shape::Differing;

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

/// What `trace` is asked for.
pub(crate) struct Follow<'a> {
    pub(crate) subject: &'a str,
    pub(crate) to: Option<&'a str>,
    pub(crate) known: Option<&'a str>,
    pub(crate) on: Option<&'a str>,
    pub(crate) depth: Option<u32>,
}

pub(crate) fn follow(args: &Args, asked: &Follow<'_>) -> anyhow::Result<ExitCode> {
    let code = |text: &str| -> anyhow::Result<CreditCode> {
        let code = text.strip_prefix("operator:").unwrap_or(text);
        let code = code.parse();
        code.context("trace_not_of_operator: name operator:CODE")
    };
    let from = code(asked.subject)?;
    let to = asked.to.map(code).transpose()?;
    // Whoever may read the ledger's folder sees all of it.
    let view = View {
        as_of: as_of(asked.known, asked.on)?,
        reader: Visibility::Restricted,
    };
    let ledger = open(args)?;
    let found = match to {
        Some(to) => follow::between(&ledger, (from, to), &view, asked.depth.unwrap_or(4))?,
        None => follow::outwards(&ledger, from, &view, asked.depth.unwrap_or(1))?,
    };
    let Some(shape) = found else {
        let told = to.map_or_else(String::new, |to| format!(" or operator:{to}"));
        bail!("subject_unknown: nothing is known of operator:{from}{told} by then");
    };
    if args.json {
        println!("{}", serde_json::to_string(&shape)?);
    } else {
        print!("{}", print::shape(&shape)?);
        if to.is_some() && shape.paths.is_empty() {
            println!("未发现关联路径 no path found within the bounds");
        }
    }
    Ok(ExitCode::SUCCESS)
}
