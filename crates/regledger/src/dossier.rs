//! `show operator:… --dossier`: an operator's whole file, in sentences.

use std::process::ExitCode;

use anyhow::bail;
use domain::dossier::{Dossier, dossier};
use domain::entity::Entity;
use domain::event::Visibility;
use domain::policy::{Book, Text};
use domain::subject::{Kind, Subject};
use ledger::AsOf;

use crate::args::Args;
use crate::record::open;
use crate::show::as_of;

pub(crate) fn show(
    args: &Args,
    subject: &str,
    known: Option<&str>,
    on: Option<&str>,
) -> anyhow::Result<ExitCode> {
    let subject = Subject::parse(subject).map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
    if subject.kind() != Kind::Operator {
        bail!("dossier_not_of_operator: an operator has a dossier; name operator:CODE");
    }
    let as_of = as_of(known, on)?;
    let ledger = open(args)?;
    let events = ledger.history(&subject, as_of.known)?;
    if events.is_empty() {
        bail!("subject_unknown: nothing is known of {subject} by then");
    }
    let law = AsOf {
        known: as_of.known,
        on: None,
    };
    let book = match ledger.entity(&Subject::policy_book(), law)? {
        Some(Entity::Book(book)) => *book,
        _ => Book::default(),
    };
    // Whoever may read the ledger's folder sees all of it.
    let file = dossier(&subject, &events, &book, as_of.on, Visibility::Restricted);
    if args.json {
        let shape = server::shape::Dossier::of(&subject, &file);
        println!("{}", serde_json::to_string(&shape)?);
    } else {
        print(&subject, &file);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(subject: &Subject, file: &Dossier) {
    println!("{subject}  诚信档案 dossier");
    for line in &file.lines {
        let Text { zh, en } = &line.summary;
        println!("{:>8}  {}  {zh}", line.seq, line.on);
        println!("{:>20}  {en}", line.area);
        let rules: Vec<String> = line
            .rules
            .iter()
            .flat_map(|pack| pack.ids.iter().map(|id| format!("{}#{id}", pack.pack)))
            .collect();
        if !rules.is_empty() {
            println!("{:>20}  {}", "依据 rules", rules.join(", "));
        }
        for (sign, texts) in [("-", &line.before), ("+", &line.after)] {
            for text in texts {
                println!("{:>20}  {sign} {} {}", "", text.zh, text.en);
            }
        }
    }
    println!("现状 standing");
    for text in &file.standing {
        println!("{:>20}  {} {}", "", text.zh, text.en);
    }
}
