//! Commands that show: show, list, diff, status, schema.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::{Context, bail};
use domain::areas::Payload;
use domain::areas::complaint::Complaint;
use domain::areas::registration::Application;
use domain::day::{Day, Instant};
use domain::entity::{Entity, Operator};
use domain::event::Event;
use domain::ident::normalise_address;
use domain::row::List;
use domain::subject::Subject;
use domain::term::Clock;
use ledger::{AsOf, Known};
use serde_json::{Value, json};

use crate::args::Args;
use crate::record::open;

pub(crate) fn as_of(known: Option<&str>, on: Option<&str>) -> anyhow::Result<AsOf> {
    let known = match known {
        None => Known::Now,
        Some(text) => match text.parse() {
            Ok(seq) => Known::Position(seq),
            Err(_) => Known::Time(
                Instant::parse(text)
                    .context("as_of: a position, or a time like 2026-01-02T03:04:05.678Z")?,
            ),
        },
    };
    let on = on
        .map(|text| Day::parse(text).context("on: a date like 2026-01-02"))
        .transpose()?;
    Ok(AsOf { known, on })
}

/// The subject that was asked for: by its id, or an address by its words.
pub(crate) fn subject(id: &str, text: Option<&str>) -> anyhow::Result<Subject> {
    match text {
        None => Subject::parse(id).map_err(|e| anyhow::anyhow!("{}: {e}", e.code())),
        Some(_) if id != "address" => bail!("text_without_address: --text goes with `address`"),
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
    let as_of = as_of(known, on)?;
    let ledger = open(args)?;
    let Some(entity) = ledger.entity(subject, as_of)? else {
        bail!("subject_unknown: nothing is known of {subject} by then");
    };
    let history = ledger.history(subject, as_of.known)?;
    let taken: Vec<&Event> = history
        .iter()
        .filter(|e| as_of.on.is_none_or(|day| e.on <= day))
        .collect();
    if args.json {
        let events: Vec<Value> = taken
            .iter()
            .map(|e| json!({"on": e.on, "seq": e.seq, "type": e.payload.event_type()}))
            .collect();
        let told =
            json!({"events": events, "state": serde_json::to_value(&entity)?, "subject": subject});
        println!("{told}");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{subject}");
    match &entity {
        Entity::Operator(operator) => print_operator(operator, as_of.on),
        Entity::Complaint(complaint) => print_complaint(complaint),
        Entity::Address(address) => {
            println!("地址 address    {}", address.text);
            for stay in address
                .operators
                .iter()
                .filter(|s| as_of.on.is_none_or(|d| s.stands_on(d)))
            {
                let until = stay
                    .until
                    .map_or_else(String::new, |day| format!(" until {day}"));
                let host = stay
                    .host
                    .map_or_else(String::new, |code| format!(" with operator:{code}"));
                println!(
                    "  operator:{} ({}){host} from {}{until}",
                    stay.key,
                    stay.r#use.name(),
                    stay.from
                );
            }
        }
        Entity::Application(application) => print_application(application),
        other => println!("{}", serde_json::to_string_pretty(other)?),
    }
    println!("事件 events");
    for event in taken {
        println!(
            "  {:>8}  on {}  {}",
            event.seq,
            event.on,
            event.payload.event_type()
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn print_operator(operator: &Operator, on: Option<Day>) {
    let registration = &operator.registration;
    println!("名称 name       {}", registration.name());
    if let Some(from) = registration.from {
        let status = match (registration.status(on), registration.ended()) {
            (None, _) => "not registered".to_owned(),
            (Some(status), Some((_, end))) if !registration.stands_on(on.unwrap_or(end)) => {
                format!("{} ({}) on {end}", status.name(), status.zh())
            }
            (Some(status), _) => format!("{} ({})", status.name(), status.zh()),
        };
        println!("登记 registered from {from}: {status}");
    }
    for stay in registration
        .addresses
        .iter()
        .filter(|s| on.is_none_or(|d| s.stands_on(d)))
    {
        println!(
            "地址 address    {} ({}; address:{})",
            stay.text,
            stay.r#use.name(),
            stay.key
        );
    }
    let t = &operator.complaints;
    println!(
        "投诉 complaints {} received, {} accepted, {} refused, {} settled, {} agreed, {} terminated, {} withdrawn",
        t.received, t.accepted, t.refused, t.settled, t.agreed, t.terminated, t.withdrawn
    );
    for (cause, counts) in &t.by_cause {
        println!("  {cause}: {}", counts.received);
    }
    for entry in &operator.listing.entries {
        let state = match on {
            Some(day) if entry.stands_on(day) => "STANDS".to_owned(),
            _ if entry.void => "struck out".to_owned(),
            _ => match entry.until {
                Some(until) => format!("until {until}"),
                None => "STANDS".to_owned(),
            },
        };
        println!(
            "名录 list       {}: {} from {}, {state}; {}; events {:?}",
            entry.list.name(),
            entry.ground,
            entry.from,
            if entry.rule.is_empty() {
                "imported"
            } else {
                &entry.rule
            },
            entry.seqs
        );
    }
}

fn print_application(application: &Application) {
    println!(
        "申请 application {} {}",
        application.kind.name(),
        application.name
    );
    if let Some(operator) = application.operator {
        println!("主体 operator   operator:{operator}");
    }
    println!("阶段 stage      {}", application.stage.name());
    if let Some(applied) = application.applied {
        println!("收到 received   {applied}");
    }
    if let Some(clock) = &application.clock {
        print_clock(clock);
    }
    for (department, step) in &application.steps {
        println!(
            "部门 step       department:{department} {}, {} days, returned {} times",
            step.stage.name(),
            step.days,
            step.returns
        );
        if let Some(clock) = &step.clock {
            print_clock(clock);
        }
    }
    if application.late_days > 0 {
        println!("逾期 late       {} days", application.late_days);
    }
}

fn print_complaint(complaint: &Complaint) {
    if let (Some(operator), Some(received)) = (complaint.operator, complaint.received) {
        println!("被投诉人 operator:{operator}, received {received}");
    }
    println!("阶段 stage      {}", complaint.stage.name());
    for clock in complaint.clock.iter().chain(&complaint.tell) {
        print_clock(clock);
    }
    if complaint.late_days > 0 {
        println!("逾期 late       {} days", complaint.late_days);
    }
}

fn print_clock(clock: &Clock) {
    println!(
        "期限 deadline   {} due {}{}",
        clock.name,
        clock.due,
        if clock.provisional {
            " (provisional: a calendar year is missing)"
        } else {
            ""
        }
    );
    println!(
        "  rule {} ({}), start {}, calendar {}",
        clock.rule, clock.article, clock.start, clock.calendar
    );
    for excluded in &clock.excluded {
        println!(
            "  not counted: {} to {} ({})",
            excluded.from, excluded.to, excluded.reason
        );
    }
}

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
    let as_of = as_of(known, on)?;
    let rows = open(args)?.list(list, as_of)?;
    for row in &rows {
        if args.json {
            println!("{}", json!({"entry": row.row, "seq": row.seq}));
        } else {
            let until = row
                .row
                .until
                .map_or_else(|| "open".to_owned(), |d| d.to_string());
            println!(
                "{}  {} to {until}  {}  {}",
                row.row.key, row.row.from, row.row.reason, row.row.name
            );
        }
    }
    if !args.json {
        println!("{} entries", rows.len());
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn diff(args: &Args, a: u64, b: u64) -> anyhow::Result<ExitCode> {
    let ledger = open(args)?;
    let mut touched = BTreeSet::new();
    let mut broken = None;
    ledger.events(
        a.saturating_add(1)..b.saturating_add(1),
        &mut |_, bytes| match Event::parse(bytes) {
            Ok(event) => {
                touched.extend(event.subjects);
                true
            }
            Err(error) => {
                broken = Some(error);
                false
            }
        },
    )?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    let mut differ = 0;
    for subject in touched {
        let at = |seq| AsOf {
            known: Known::Position(seq),
            on: None,
        };
        if ledger.entity(&subject, at(a))? != ledger.entity(&subject, at(b))? {
            differ += 1;
            if args.json {
                println!("{}", json!({ "subject": subject }))
            } else {
                println!("{subject}")
            }
        }
    }
    if !args.json {
        println!("{differ} subjects differ between positions {a} and {b}");
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn status(args: &Args) -> anyhow::Result<ExitCode> {
    let ledger = open(args)?;
    let (head, views) = (ledger.head(), ledger.projections()?);
    let told = json!({"head": head.hash.to_string(), "origin": ledger.origin(), "size": head.size,
        "views": {"digest": views.digest.to_string(), "version": views.version}});
    if args.json {
        println!("{told}");
    } else {
        println!(
            "origin  {}\nsize    {}\nhead    {}\nviews   {} (version {})",
            ledger.origin(),
            head.size,
            head.hash,
            views.digest,
            views.version
        );
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
