//! The command that brings in another department's file: read, judged, told.

use std::collections::VecDeque;
use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::Receiver;

use anyhow::{Context, bail};
use domain::entity::{Entity, Operator};
use domain::ident::CreditCode;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use intake::{Delivery, Encoding, Fault, Format, Layout, Mapper, Meeting, OWN_COLUMNS, Record};
use ledger::{AsOf, Known, Ledger, Receipt, Rejection, Trial};
use serde_json::{Value, json};

use crate::args::{Args, Import};
use crate::record::open;

/// Rows under way at once, so that one sync serves many.
const WINDOW: usize = 512;
/// Refused rows that are told at once; all of them stand in the file of refused rows.
const TOLD_MAX: usize = 20;

pub(crate) fn import(args: &Args, asked: &Import) -> anyhow::Result<ExitCode> {
    let layout = layout(asked)?;
    let department = CreditCode::parse(&asked.department)
        .map_err(|e| anyhow::anyhow!("{}: {e} (--department)", e.code()))?;
    let encoding = match &asked.encoding {
        Some(name) => Some(Encoding::by_name(name).context("--encoding: utf-8 or gb18030")?),
        None => None,
    };
    let delivery = Delivery::inspect(&asked.file, encoding).map_err(|e| coded(&e))?;
    let ledger = open(args)?;
    let trial = asked.dry_run.then(|| ledger.trial()).transpose()?;
    let mut run = Run {
        layout: &layout,
        department,
        delivery: &delivery,
        ledger: &ledger,
        trial,
        mapper: None,
        waiting: VecDeque::new(),
        counts: Counts::default(),
        refused: Refused::new(asked),
        bar: bar(&delivery),
    };
    let read = delivery.records(&mut |record| run.record(record));
    let stopped = read.and_then(|()| run.drain(0)).err();
    run.bar.finish_and_clear();
    run.refused.finish()?;
    tell(args, asked, &run, stopped.as_ref())?;
    Ok(match (stopped, run.counts.refused) {
        (Some(_), _) => ExitCode::from(2),
        (None, 0) => ExitCode::SUCCESS,
        (None, _) => ExitCode::from(1),
    })
}

fn layout(asked: &Import) -> anyhow::Result<Layout> {
    if let Some(path) = &asked.mapping {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        return Layout::parse(&text).map_err(|e| coded(&e));
    }
    let mut layouts = intake::layouts().map_err(|e| coded(&e))?;
    match layouts.iter().position(|l| l.layout == asked.layout) {
        Some(at) => Ok(layouts.swap_remove(at)),
        None => {
            let known: Vec<&str> = layouts.iter().map(|l| l.layout.as_str()).collect();
            bail!(
                "layout_unknown: choose one of {}, or name a layout of your own (--mapping)",
                known.join(", ")
            );
        }
    }
}

fn coded(fault: &Fault) -> anyhow::Error {
    anyhow::anyhow!("{}: {fault}", fault.code())
}

fn bar(delivery: &Delivery) -> ProgressBar {
    let (length, template) = match delivery.format {
        Format::Csv(_) => (
            delivery.bytes,
            "{bar:40} {bytes}/{total_bytes} {msg} left {eta}",
        ),
        Format::Xlsx => (0, "{bar:40} {pos}/{len} rows {msg} left {eta}"),
    };
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

#[derive(Default)]
struct Counts {
    read: u64,
    recorded: u64,
    events: u64,
    known: u64,
    refused: u64,
}

/// A row whose answer is awaited; its cells are kept for the file of refused rows.
struct Waiting {
    record: Record,
    operator: Option<CreditCode>,
    receipt: Receiver<Result<Receipt, Rejection>>,
}

/// One file on its way in.
struct Run<'a> {
    layout: &'a Layout,
    department: CreditCode,
    delivery: &'a Delivery,
    ledger: &'a Ledger,
    trial: Option<Trial<'a>>,
    mapper: Option<Mapper<'a>>,
    waiting: VecDeque<Waiting>,
    counts: Counts,
    refused: Refused,
    bar: ProgressBar,
}

impl Run<'_> {
    fn record(&mut self, record: Record) -> Result<bool, Fault> {
        if self.mapper.is_none() {
            let mapper = Mapper::new(self.layout, &record, self.department, self.delivery.blake3)?;
            self.refused.headers = mapper.headers().to_vec();
            self.mapper = Some(mapper);
            return Ok(true);
        }
        self.counts.read += 1;
        if self.counts.read.is_multiple_of(256) {
            self.bar.set_length(record.total);
            self.bar.set_position(record.done);
            self.bar
                .set_message(format!("{} refused", self.counts.refused));
        }
        let Some(mapper) = &mut self.mapper else {
            return Ok(true);
        };
        match mapper.row(&record) {
            Ok(row) => self.send(record, row.action)?,
            Err(fault) => self.refuse_fault(&record, &fault)?,
        }
        Ok(true)
    }

    fn send(&mut self, record: Record, action: Value) -> Result<(), Fault> {
        let Some(action) = self.met(action)? else {
            self.counts.known += 1;
            return Ok(());
        };
        let bytes = action.to_string();
        if let Some(trial) = &mut self.trial {
            match trial.judge(bytes.as_bytes(), Some("cli")) {
                Ok(true) => self.counts.recorded += 1,
                Ok(false) => self.counts.known += 1,
                Err(rejection) => self.reject(&record, &rejection)?,
            }
            return Ok(());
        }
        match self.ledger.begin(bytes.as_bytes(), Some("cli")) {
            Ok(receipt) => {
                let code = intake::operator_of(&action).and_then(|c| CreditCode::parse(c).ok());
                self.waiting.push_back(Waiting {
                    record,
                    operator: code,
                    receipt,
                });
            }
            Err(rejection) => {
                self.drain(0)?;
                self.reject(&record, &rejection)?;
            }
        }
        self.drain(WINDOW)
    }

    /// The action by which a row is sent; nothing where it says nothing new.
    fn met(&mut self, mut action: Value) -> Result<Option<Value>, Fault> {
        if self.on_record(&mut action)? {
            return Ok(Some(action));
        }
        let Some(known) = self.operator(&action)? else {
            return Ok(Some(action));
        };
        match intake::meet(&action, &known) {
            Meeting::AsItIs => Ok(Some(action)),
            Meeting::NothingNew => Ok(None),
            Meeting::Instead(mut action) => {
                self.on_record(&mut action)?;
                Ok(Some(action))
            }
        }
    }

    /// Whether a row's action is on record. Where it came in another file it names that file
    /// again, so that it is the same action and is answered as such.
    fn on_record(&self, action: &mut Value) -> Result<bool, Fault> {
        let id = action
            .get("id")
            .and_then(Value::as_str)
            .and_then(|id| id.parse().ok());
        let Some(id) = id else { return Ok(false) };
        let known = self.ledger.event_of(id).map_err(|e| store_failed(&e))?;
        let Some(event) = known.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        else {
            return Ok(false);
        };
        if let (Some(file), Some(slot)) = (
            event.pointer("/data/source/file"),
            action.pointer_mut("/data/source/file"),
        ) {
            slot.clone_from(file);
        }
        Ok(true)
    }

    /// The state of the operator that a row is about, the rows under way included.
    fn operator(&mut self, action: &Value) -> Result<Option<Operator>, Fault> {
        let Some(code) = intake::operator_of(action).and_then(|c| CreditCode::parse(c).ok()) else {
            return Ok(None);
        };
        if self.waiting.iter().any(|w| w.operator == Some(code)) {
            self.drain(0)?;
        }
        let subject = domain::world::operator_subject(code);
        let known = match &self.trial {
            Some(trial) => trial.entity(&subject).map(|e| e.as_ref().clone()),
            None => {
                let now = AsOf {
                    known: Known::Now,
                    on: None,
                };
                self.ledger
                    .entity(&subject, now)
                    .map_err(|e| store_failed(&e))?
            }
        };
        Ok(match known {
            Some(Entity::Operator(operator)) => Some(operator.into_inner()),
            _ => None,
        })
    }

    fn drain(&mut self, keep: usize) -> Result<(), Fault> {
        while self.waiting.len() > keep {
            let Some(Waiting {
                record, receipt, ..
            }) = self.waiting.pop_front()
            else {
                return Ok(());
            };
            let lost = || Err(Rejection::Failed(ledger::LedgerError::WriterOff));
            match receipt.recv().unwrap_or_else(|_| lost()) {
                Ok(receipt) if receipt.known => self.counts.known += 1,
                Ok(receipt) => {
                    self.counts.recorded += 1;
                    self.counts.events += receipt.seqs.len() as u64;
                }
                Err(rejection) => self.reject(&record, &rejection)?,
            }
        }
        Ok(())
    }

    fn reject(&mut self, record: &Record, rejection: &Rejection) -> Result<(), Fault> {
        let refusal = match rejection {
            Rejection::Refused(refusal) => refusal,
            Rejection::Failed(error) => return Err(store_failed(error)),
        };
        if matches!(
            refusal.code,
            "registration.nothing_new" | "listing.nothing_new"
        ) {
            self.counts.known += 1;
            return Ok(());
        }
        let field = match (refusal.code, refusal.field.as_deref()) {
            ("registration.unknown", _) => "operator",
            ("action_id_reused", _) => "legal_representative",
            (_, field) => field.unwrap_or_default(),
        };
        let column = self
            .mapper
            .as_ref()
            .map_or("", |m| m.header_of(field))
            .to_owned();
        let reason = match refusal.code {
            // All that is open takes part in the id, so what differs is sealed.
            "action_id_reused" => "the same row is on record with another personal value, and nothing else has changed; ask whoever sent the file which is right".to_owned(),
            _ => format!("{rejection}; {}", refusal.remedy),
        };
        self.refuse(record, &column, refusal.code, &reason)
    }

    fn refuse_fault(&mut self, record: &Record, fault: &Fault) -> Result<(), Fault> {
        match fault {
            Fault::Row {
                column,
                code,
                reason,
                ..
            } => self.refuse(record, column, code, reason),
            Fault::File { .. } => Err(fault.clone()),
        }
    }

    fn refuse(
        &mut self,
        record: &Record,
        column: &str,
        code: &str,
        reason: &str,
    ) -> Result<(), Fault> {
        self.counts.refused += 1;
        self.refused
            .write(record, column, code, reason)
            .map_err(|error| Fault::File {
                code: "import_refused_file",
                reason: format!("the file of refused rows: {error:#}"),
            })
    }
}

fn store_failed(error: &ledger::LedgerError) -> Fault {
    Fault::File {
        code: error.code(),
        reason: format!(
            "{error}; what was counted as recorded is on record; import the file again, which records the rest"
        ),
    }
}

/// The file of refused rows: the same columns, then why; made when the first row is refused.
struct Refused {
    path: Option<PathBuf>,
    headers: Vec<String>,
    out: Option<csv::Writer<File>>,
    told: Vec<Value>,
}

impl Refused {
    fn new(asked: &Import) -> Self {
        let mut beside = asked.file.clone().into_os_string();
        beside.push(".refused.csv");
        let beside = (!asked.dry_run).then(|| PathBuf::from(beside));
        Self {
            path: asked.refused.clone().or(beside),
            headers: Vec::new(),
            out: None,
            told: Vec::new(),
        }
    }

    fn write(
        &mut self,
        record: &Record,
        column: &str,
        code: &str,
        reason: &str,
    ) -> anyhow::Result<()> {
        if self.told.len() < TOLD_MAX {
            self.told.push(
                json!({"code": code, "column": column, "line": record.line, "reason": reason}),
            );
        }
        let Some(path) = &self.path else {
            return Ok(());
        };
        let own = |name: &str| OWN_COLUMNS.contains(&name);
        let kept = |(at, header): (usize, &String)| (!own(header)).then_some(at);
        let places: Vec<usize> = self.headers.iter().enumerate().filter_map(kept).collect();
        let out = match &mut self.out {
            Some(out) => out,
            None => {
                let file =
                    File::create(path).with_context(|| format!("making {}", path.display()))?;
                let mut out = csv::Writer::from_writer(file);
                let headers = places.iter().filter_map(|at| self.headers.get(*at));
                out.write_record(headers.map(String::as_str).chain(OWN_COLUMNS))?;
                self.out.insert(out)
            }
        };
        let cells = places
            .iter()
            .map(|at| record.cells.get(*at).map_or("", String::as_str));
        let line = record.line.to_string();
        out.write_record(cells.chain([line.as_str(), column, code, reason]))?;
        Ok(())
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        if let Some(out) = &mut self.out {
            out.flush().context("writing the file of refused rows")?;
        }
        Ok(())
    }

    fn written(&self) -> Option<String> {
        let path = self.path.as_ref().filter(|_| self.out.is_some())?;
        Some(path.display().to_string())
    }
}

fn tell(args: &Args, asked: &Import, run: &Run<'_>, stopped: Option<&Fault>) -> anyhow::Result<()> {
    let counts = &run.counts;
    let (format, encoding) = match run.delivery.format {
        Format::Csv(encoding) => ("csv", Some(encoding.name())),
        Format::Xlsx => ("xlsx", None),
    };
    let dropped = run.mapper.as_ref().map(Mapper::dropped);
    if args.json {
        let stopped = stopped.map(|f| json!({"code": f.code(), "reason": f.to_string()}));
        let told = json!({
            "already_known": counts.known,
            "dropped_personal_values": dropped,
            "dry_run": asked.dry_run,
            "events": counts.events,
            "file": {"blake3": run.delivery.blake3, "bytes": run.delivery.bytes,
                "encoding": encoding, "format": format},
            "layout": run.layout.layout,
            "read": counts.read,
            "recorded": counts.recorded,
            "refused": counts.refused,
            "refused_file": run.refused.written(),
            "refusals": run.refused.told,
            "stopped": stopped,
        });
        println!("{told}");
        return Ok(());
    }
    println!("{} ({})", run.layout.title, run.layout.layout);
    println!(
        "file    {} {} {}, BLAKE3 {}",
        HumanBytes(run.delivery.bytes),
        format,
        encoding.unwrap_or_default(),
        run.delivery.blake3
    );
    let would = if asked.dry_run {
        "would be recorded"
    } else {
        "recorded"
    };
    println!(
        "{} read, {} {would}, {} known before, {} refused",
        counts.read, counts.recorded, counts.known, counts.refused
    );
    for (column, rows) in dropped.into_iter().flatten() {
        println!("  column {column}: left out of {rows} rows, as it may hold personal values");
    }
    for row in &run.refused.told {
        let text = |field: &str| {
            row.get(field)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        println!(
            "  line {}, column {}: {} ({})",
            row.get("line").and_then(Value::as_u64).unwrap_or(0),
            text("column"),
            text("reason"),
            text("code")
        );
    }
    let more = counts.refused.saturating_sub(run.refused.told.len() as u64);
    if more > 0 {
        println!("  and {more} more");
    }
    if let Some(path) = run.refused.written() {
        println!("Refused rows, with the reason in the last columns: {path}");
        println!(
            "Correct them there and import that file; what is on record is not recorded twice."
        );
    }
    if let Some(fault) = stopped {
        bail!("{}: {fault}", fault.code());
    }
    if asked.dry_run {
        println!("Nothing was recorded (--dry-run).");
    }
    Ok(())
}
