//! A spreadsheet (Office Open XML): weighed before it is opened, then read cell by cell.
//!
//! The parts of a workbook are compressed, and what they say of their own size need not be true:
//! each is unpacked once into nothing, so that what would not fit is refused before it is held.
//! Rows stream; the shared strings are held, as any row may refer to any of them.

use std::fs::File;
use std::io::{self, BufReader, Read};

use calamine::{DataRef, Reader, Xlsx};
use zip::ZipArchive;

use crate::delivery::Record;
use crate::fault::Fault;

/// The most parts of a workbook.
const PARTS_MAX: usize = 2_000;
/// The largest sheet, unpacked, in bytes.
const SHEET_BYTES_MAX: u64 = (1 << 30) - 1;
/// The largest table of shared strings and the largest other part, unpacked, in bytes.
const STRINGS_BYTES_MAX: u64 = 256 << 20;
const PART_BYTES_MAX: u64 = 64 << 20;
/// The most columns that a sheet can have.
const COLUMNS_MAX: u32 = 16_384;

/// Unpacks every part into nothing and holds it against its limit.
pub(crate) fn weigh(file: &File) -> Result<(), Fault> {
    let file = BufReader::new(file);
    let mut archive = ZipArchive::new(file).map_err(|e| broken(&e))?;
    if archive.len() > PARTS_MAX {
        return Err(too_large("the workbook", &format!("{PARTS_MAX} parts")));
    }
    for n in 0..archive.len() {
        let mut part = archive.by_index(n).map_err(|e| broken(&e))?;
        let name = part.name().map_err(|e| broken(&e))?.to_ascii_lowercase();
        let strings = name.ends_with("sharedstrings.xml");
        let limit = match () {
            () if name.contains("worksheets/") => SHEET_BYTES_MAX,
            () if strings => STRINGS_BYTES_MAX,
            () => PART_BYTES_MAX,
        };
        let over = || too_large(&format!("the part {name}"), &format!("{limit} bytes"));
        if part.size() > limit {
            return Err(over());
        }
        let mut head = Vec::new();
        (&mut part)
            .take(4_096)
            .read_to_end(&mut head)
            .map_err(|e| broken(&e))?;
        let rest = io::copy(&mut (&mut part).take(limit + 1), &mut io::sink());
        let bytes = head.len() as u64 + rest.map_err(|e| broken(&e))?;
        if bytes > limit {
            return Err(over());
        }
        // A reader makes room for as many strings as the table says it has.
        if strings && declared_strings(&head).is_some_and(|count| count > bytes) {
            return Err(too_large(
                "the table of strings",
                "as many strings as it has bytes",
            ));
        }
    }
    Ok(())
}

fn declared_strings(head: &[u8]) -> Option<u64> {
    let head = String::from_utf8_lossy(head);
    let (_, rest) = head.split_once("uniqueCount")?;
    let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
    Some(digits.parse().unwrap_or(u64::MAX))
}

/// Streams the first sheet's rows.
pub(crate) fn records(
    file: File,
    f: &mut dyn FnMut(Record) -> Result<bool, Fault>,
) -> Result<(), Fault> {
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(|e| broken(&e))?;
    let Some(sheet) = book.sheet_names().first().cloned() else {
        return Err(Fault::file("import_xlsx", "the workbook has no sheet"));
    };
    let mut cells = book
        .worksheet_cells_reader(&sheet)
        .map_err(|e| broken(&e))?;
    let total = u64::from(cells.dimensions().end.0) + 1;
    let mut row = Record {
        line: 0,
        cells: Vec::new(),
        done: 0,
        total,
    };
    while let Some(cell) = cells.next_cell().map_err(|e| broken(&e))? {
        let (at, column) = cell.get_position();
        let line = u64::from(at) + 1;
        if column >= COLUMNS_MAX {
            return Err(too_large("a row", &format!("{COLUMNS_MAX} columns")));
        }
        if line != row.line {
            let next = Record {
                line,
                cells: Vec::with_capacity(row.cells.len()),
                done: line,
                total: total.max(line),
            };
            if !f(std::mem::replace(&mut row, next))? {
                return Ok(());
            }
        }
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let column = column as usize;
        if row.cells.len() <= column {
            row.cells.resize(column + 1, String::new());
        }
        if let Some(slot) = row.cells.get_mut(column) {
            *slot = text;
        }
    }
    f(row)?;
    Ok(())
}

/// A cell as the text that a CSV of the same table would hold.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        // Never with an exponent, and without decimals where it is whole.
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            match (hour, minute, second) {
                (0, 0, 0) => date,
                _ => format!("{date} {hour}:{minute:02}:{second:02}"),
            }
        }
        DataRef::DateTime(span) => span.as_f64().to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        // A formula's error value, as the sheet shows it.
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn broken(error: &dyn std::fmt::Display) -> Fault {
    let what = format!("the workbook cannot be read: {error}; save it anew as XLSX or CSV");
    Fault::file("import_xlsx", what)
}

fn too_large(what: &str, limit: &str) -> Fault {
    let what = format!("{what} holds more than {limit}; split the file, or save it as CSV");
    Fault::file("import_too_large", what)
}
