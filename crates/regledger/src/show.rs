//! Commands that show: show, list, status, schema.

use std::process::ExitCode;

use anyhow::{Context, bail};
use domain::areas::Payload;
use domain::areas::shop::shop_at;
use domain::day::Day;
use domain::event::Visibility;
use domain::ident::{ShopAddress, normalise_address};
use domain::row::List;
use domain::subject::Subject;
use ledger::{AsOf, Known};
use server::look::{Looker, View};
use server::shape::Status;

use crate::args::Args;
use crate::print;
use crate::record::open;

pub(crate) fn as_of(known: Option<&str>, on: Option<&str>) -> anyhow::Result<AsOf> {
    let known = match known {
        None => Known::Now,
        Some(text) => Known::parse(text).map_err(|e| anyhow::anyhow!("as_of: {e}"))?,
    };
    let on = on
        .map(|text| Day::parse(text).context("on: a date like 2026-01-02"))
        .transpose()?;
    Ok(AsOf { known, on })
}

/// Whoever may read the folder sees everything.
fn view(known: Option<&str>, on: Option<&str>) -> anyhow::Result<View> {
    Ok(View {
        as_of: as_of(known, on)?,
        reader: Visibility::Restricted,
    })
}

/// The subject that was asked for: by its id, an address by its words, a shop by its address.
pub(crate) fn subject(args: &Args, id: &str, text: Option<&str>) -> anyhow::Result<Subject> {
    match text {
        Some(text) if id == "shop" => {
            let ledger = open(args)?;
            let known = ledger.entity(&Subject::platform_register(), as_of(None, None)?)?;
            shop_at(known.as_ref(), &ShopAddress::read(text))
                .map_err(|refusal| anyhow::anyhow!("{}: {refusal}", refusal.code))
        }
        None => Subject::parse(id).map_err(|e| anyhow::anyhow!("{}: {e}", e.code())),
        Some(_) if id != "address" => {
            bail!("text_without_address: --text goes with `address` or `shop`")
        }
        Some(text) if normalise_address(text).is_empty() => {
            bail!("address_empty: the address holds neither letters nor digits")
        }
        Some(text) => Ok(Subject::for_address(text)),
    }
}

pub(crate) fn show(
    args: &Args,
    subject: &Subject,
    known: Option<&str>,
    on: Option<&str>,
) -> anyhow::Result<ExitCode> {
    let view = view(known, on)?;
    let ledger = open(args)?;
    let page = Looker::default().page(&ledger, subject, &view, usize::MAX)?;
    let Some(page) = page else {
        bail!("subject_unknown: nothing is known of {subject} by then");
    };
    if args.json {
        println!("{}", serde_json::to_string(&page)?);
    } else {
        println!("{subject}");
        print!("{}", print::shape(&page.state)?);
        print!("{}", print::table(&page.events, &[])?);
    }
    Ok(ExitCode::SUCCESS)
}

/// The columns of a list that fit a screen.
const LIST_COLUMNS: [&str; 6] = ["operator", "from", "until", "reason", "article", "name"];

pub(crate) fn list(
    args: &Args,
    name: &str,
    known: Option<&str>,
    on: Option<&str>,
) -> anyhow::Result<ExitCode> {
    let Some(list) = List::by_name(name) else {
        let known: Vec<&str> = List::ALL.iter().map(|l| l.name()).collect();
        bail!("list_unknown: choose one of {}", known.join(", "));
    };
    let view = view(known, on)?;
    let ledger = open(args)?;
    let entries = Looker::default().list(&ledger, list, &view)?;
    if args.json {
        for entry in &entries {
            println!("{}", serde_json::to_string(entry)?);
        }
        return Ok(ExitCode::SUCCESS);
    }
    print!("{}", print::table(&entries, &LIST_COLUMNS)?);
    println!("{} entries", entries.len());
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn status(args: &Args) -> anyhow::Result<ExitCode> {
    let ledger = open(args)?;
    let status = Status::of(&ledger)?;
    if args.json {
        println!("{}", serde_json::to_string(&status)?);
    } else {
        print!("{}", print::shape(&status)?);
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn schema(r#type: Option<&str>) -> anyhow::Result<ExitCode> {
    let Some(wanted) = r#type else {
        for info in Payload::types() {
            println!(
                "{:<32} {}",
                info.action.unwrap_or("(follows from others)"),
                info.event
            );
        }
        return Ok(ExitCode::SUCCESS);
    };
    let found = Payload::types().find(|t| t.event == wanted || t.action == Some(wanted));
    let info = found.context("action_type_unknown: `regledger schema` lists the types")?;
    println!(
        "{}",
        serde_json::to_string_pretty(&domain::event::schema_of(info))?
    );
    Ok(ExitCode::SUCCESS)
}
