//! The table of goals with what was measured.

use serde_json::Value;

/// Rows in the order in which they are printed.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    notes: Vec<String>,
    raw: u64,
}

struct Row {
    what: &'static str,
    goal: String,
    measured: String,
    met: bool,
}

impl Table {
    pub(crate) fn disk(&mut self, told: &Value) {
        self.raw = number(told, "per_second");
        self.note(format!(
            "raw append of 600 bytes with fdatasync: {} a second (p50 {} us, p99 {} us)",
            self.raw,
            number(told, "p50_us"),
            number(told, "p99_us")
        ));
    }

    pub(crate) fn disk_again(&mut self, told: &Value) {
        self.note(format!(
            "the same at the end of the run: {} a second (p50 {} us, p99 {} us)",
            number(told, "per_second"),
            number(told, "p50_us"),
            number(told, "p99_us")
        ));
    }

    pub(crate) fn load(&mut self, told: &Value) {
        let rate = number(told, "per_second");
        self.at_least("import or batch, events a second", 45_000, rate);
        let (disk, raw) = (number(told, "disk_bytes"), number(told, "canonical_bytes"));
        let measured = format!("{} MB of {} MB", disk / 1_000_000, raw / 1_000_000);
        self.row("disk", "at most the canonical bytes", measured, disk <= raw);
        self.at_most("memory while loading, MB", 512, number(told, "memory_mb"));
        self.note(format!(
            "loaded {} actions as {} events in {} s, {} refused; opened after a clean close in {} ms",
            number(told, "actions"),
            number(told, "events"),
            number(told, "seconds"),
            number(told, "refused"),
            number(told, "reopen_ms")
        ));
    }

    pub(crate) fn verify(&mut self, told: &Value) {
        let rate = number(told, "per_second");
        self.at_least("verify chain + order, events a second", 1_500_000, rate);
    }

    pub(crate) fn replay(&mut self, told: &Value) {
        let rate = number(told, "per_second");
        self.at_least("replay of all views, events a second", 500_000, rate);
    }

    pub(crate) fn reads(&mut self, told: &Value) {
        let (operator, list) = (number(told, "operator_p99_us"), number(told, "list_p99_us"));
        self.at_most("one operator as of a date, p99 us", 2_000, operator);
        self.at_most("a list as of a date, p99 us", 20_000, list);
        self.note(format!(
            "reads: operator p50 {} us; list p50 {} us, longest list {} entries; peak memory {} MB",
            number(told, "operator_p50_us"),
            number(told, "list_p50_us"),
            number(told, "list_entries_max"),
            number(told, "memory_mb")
        ));
    }

    pub(crate) fn hub(&mut self, told: &Value) {
        let (trace, path) = (number(told, "trace_p99_us"), number(told, "path_p99_us"));
        self.at_most("trace on a hub of 5,000 licences, p99 us", 100_000, trace);
        self.at_most("a path between two of them, p99 us", 100_000, path);
        self.note(format!(
            "hub: {} licences share one address and one sealed name among {} events; trace p50 {} \
             us, path p50 {} us",
            number(told, "licences"),
            number(told, "events"),
            number(told, "trace_p50_us"),
            number(told, "path_p50_us")
        ));
    }

    pub(crate) fn clients(&mut self, clients: u64, told: &Value) {
        let rate = number(told, "per_second");
        if clients == 1 {
            let goal = format!("at least 0.7 of the raw rate ({})", self.raw * 7 / 10);
            let measured = format!("{rate}, {} % of raw", rate * 100 / self.raw.max(1));
            let met = rate * 10 >= self.raw * 7;
            self.row("durable action, one client, a second", &goal, measured, met);
        } else {
            self.at_least("durable actions, 64 clients, in-process", 20_000, rate);
        }
        self.latency(&format!("{clients} in-process clients"), told);
    }

    pub(crate) fn http(&mut self, told: &Value) {
        let rate = number(told, "per_second");
        self.at_least("the same through HTTP, one action a request", 10_000, rate);
        self.at_most("memory while serving, MB", 256, number(told, "memory_mb"));
        self.latency("64 HTTP clients", told);
    }

    pub(crate) fn open(&mut self, told: &Value) {
        let millis = number(told, "millis");
        self.at_most("open after kill -9 under load, ms", 1_000, millis);
    }

    pub(crate) fn postgres(&mut self, told: &Value) {
        match told.get("skipped").and_then(Value::as_str) {
            Some(why) => self.note(format!("PostgreSQL was NOT measured: {why}")),
            None => self.note(format!(
                "PostgreSQL, events table with three indexes, synchronous_commit on: 1 client {} a \
                 second, 64 clients {} a second",
                told["1"], told["64"]
            )),
        }
    }

    pub(crate) fn print(&self) {
        println!("| what | goal | measured | |");
        println!("| --- | --- | --- | --- |");
        for row in &self.rows {
            let verdict = if row.met { "met" } else { "MISSED" };
            println!(
                "| {} | {} | {} | {verdict} |",
                row.what, row.goal, row.measured
            );
        }
        println!();
        for note in &self.notes {
            println!("- {note}");
        }
    }

    fn latency(&mut self, who: &str, told: &Value) {
        self.note(format!(
            "{who}: p50 {} us, p99 {} us",
            number(told, "p50_us"),
            number(told, "p99_us")
        ));
    }

    fn at_least(&mut self, what: &'static str, goal: u64, measured: u64) {
        let met = measured >= goal;
        self.row(what, &format!("at least {goal}"), measured.to_string(), met);
    }

    fn at_most(&mut self, what: &'static str, goal: u64, measured: u64) {
        let met = measured <= goal;
        self.row(what, &format!("at most {goal}"), measured.to_string(), met);
    }

    fn row(&mut self, what: &'static str, goal: &str, measured: String, met: bool) {
        self.rows.push(Row {
            what,
            goal: goal.to_owned(),
            measured,
            met,
        });
    }

    fn note(&mut self, note: String) {
        self.notes.push(note);
    }
}

fn number(told: &Value, name: &str) -> u64 {
    told.get(name).and_then(Value::as_u64).unwrap_or(0)
}
