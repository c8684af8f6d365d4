//! A file as it was delivered: weighed, hashed, its encoding found out; then streamed.
//!
//! Memory does not grow with a CSV: one pass hashes and checks it, a second one reads it record by
//! record. Of an XLSX the table of shared strings is held (see [`crate::xlsx`]).

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use chain::hash::Hash;
use encoding_rs::{CoderResult, Decoder, GB18030, UTF_8};

use crate::fault::Fault;
use crate::xlsx;

/// The largest file that is read, in bytes.
pub const FILE_BYTES_MAX: u64 = 1 << 30;
/// The longest record of a CSV, in bytes; a quote that is not closed would swallow the whole file.
const RECORD_BYTES_MAX: u64 = 1 << 20;
/// Bytes read at once.
const CHUNK_BYTES: usize = 64 << 10;

/// How a CSV's bytes are letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// GB 18030, which GBK and GB 2312 are part of.
    Gb18030,
}

impl Encoding {
    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
        }
    }

    /// By its name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Self::Utf8),
            "gb18030" | "gbk" | "gb2312" => Some(Self::Gb18030),
            _ => None,
        }
    }

    fn decoder(self) -> Decoder {
        match self {
            Self::Utf8 => UTF_8.new_decoder_with_bom_removal(),
            Self::Gb18030 => GB18030.new_decoder_without_bom_handling(),
        }
    }
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values.
    Csv(Encoding),
    /// A spreadsheet (Office Open XML); its first sheet counts.
    Xlsx,
}

/// A file that was weighed and hashed.
#[derive(Debug, Clone)]
pub struct Delivery {
    path: PathBuf,
    /// What kind of file it is.
    pub format: Format,
    /// Length in bytes.
    pub bytes: u64,
    /// BLAKE3 of the file.
    pub blake3: Hash,
}

/// One record of a file; the first one holds the headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Line (of a spreadsheet: row) on which it begins, from 1.
    pub line: u64,
    /// Its cells, as texts.
    pub cells: Vec<String>,
    /// How much of the whole was read by now.
    pub done: u64,
    /// The whole: bytes of a CSV, rows of a spreadsheet as it declares them.
    pub total: u64,
}

impl Delivery {
    /// Weighs and hashes a file and finds out what it is.
    ///
    /// # Errors
    /// `import_unreadable`, `import_too_large`, `import_format`, `import_encoding`, and for a
    /// spreadsheet those of its weighing.
    pub fn inspect(path: &Path, encoding: Option<Encoding>) -> Result<Self, Fault> {
        let mut file = File::open(path).map_err(|e| unreadable(path, &e))?;
        let mut hasher = blake3::Hasher::new();
        let mut utf8 = Some(UTF_8.new_decoder_with_bom_removal());
        let mut head = Vec::new();
        let mut bytes = 0;
        chunks(&mut file, path, &mut |chunk, last| {
            if head.len() < 8 {
                head.extend(chunk.iter().take(8));
            }
            bytes += chunk.len() as u64;
            hasher.update(chunk);
            if utf8.as_mut().is_some_and(|d| !decodes(d, chunk, last)) {
                utf8 = None;
            }
            bytes <= FILE_BYTES_MAX
        })?;
        if bytes > FILE_BYTES_MAX {
            let what = format!("a file has at most {FILE_BYTES_MAX} bytes; split it");
            return Err(Fault::file("import_too_large", what));
        }
        let format = match format_of(&head)? {
            Some(Format::Xlsx) => {
                file.seek(SeekFrom::Start(0))
                    .map_err(|e| unreadable(path, &e))?;
                xlsx::weigh(&file)?;
                Format::Xlsx
            }
            _ => Format::Csv(encoding_of(&mut file, path, utf8.is_some(), encoding)?),
        };
        Ok(Self {
            path: path.to_owned(),
            format,
            bytes,
            blake3: Hash::from_bytes(*hasher.finalize().as_bytes()),
        })
    }

    /// Streams the records, headers first; stops where `f` answers false. Records without any
    /// text are left out.
    ///
    /// # Errors
    /// `import_unreadable`, `import_csv`, `import_row_too_long`, `import_xlsx`, and those of `f`.
    pub fn records(&self, f: &mut dyn FnMut(Record) -> Result<bool, Fault>) -> Result<(), Fault> {
        let file = File::open(&self.path).map_err(|e| unreadable(&self.path, &e))?;
        let mut f = |record: Record| {
            let blank = record.cells.iter().all(|c| c.trim().is_empty());
            if blank { Ok(true) } else { f(record) }
        };
        match self.format {
            Format::Xlsx => xlsx::records(file, &mut f),
            Format::Csv(encoding) => self.csv(file, encoding, &mut f),
        }
    }

    fn csv(
        &self,
        file: File,
        encoding: Encoding,
        f: &mut dyn FnMut(Record) -> Result<bool, Fault>,
    ) -> Result<(), Fault> {
        let gauge = Gauge::default();
        let letters = Letters {
            file,
            gauge: gauge.clone(),
            decoder: encoding.decoder(),
            raw: vec![0; CHUNK_BYTES],
            filled: 0,
            used: 0,
            ended: false,
            finished: false,
            held: false,
        };
        let mut rows = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_reader(letters);
        let mut record = csv::StringRecord::new();
        loop {
            gauge.since_record.set(0);
            let line = rows.position().line();
            match rows.read_record(&mut record) {
                Ok(false) => return Ok(()),
                Ok(true) => {}
                Err(_) if gauge.since_record.get() > RECORD_BYTES_MAX => {
                    let what = format!(
                        "a record has more than {RECORD_BYTES_MAX} bytes: a quotation mark is not closed; what stands before line {line} was read, nothing behind it"
                    );
                    return Err(Fault::row(line, "", "import_row_too_long", what));
                }
                Err(e) => return Err(Fault::row(line, "", "import_csv", e.to_string())),
            }
            let begins = record.position().map_or(line, csv::Position::line);
            let told = Record {
                line: begins,
                cells: record.iter().map(str::to_owned).collect(),
                done: gauge.done.get(),
                total: self.bytes,
            };
            if !f(told)? {
                return Ok(());
            }
        }
    }
}

/// How far a CSV was read.
#[derive(Debug, Clone, Default)]
struct Gauge {
    done: Rc<Cell<u64>>,
    since_record: Rc<Cell<u64>>,
}

/// A file's bytes as UTF-8, each line break one `\n`: so lines are counted right, and a cell with a
/// line break is the same in files of all origins.
struct Letters {
    file: File,
    gauge: Gauge,
    decoder: Decoder,
    raw: Vec<u8>,
    filled: usize,
    used: usize,
    ended: bool,
    /// The decoder has given its last letter.
    finished: bool,
    /// A `\r` at the end of what was decoded: the next letter says what it is.
    held: bool,
}

impl Read for Letters {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let since = Rc::clone(&self.gauge.since_record);
        if since.get() > RECORD_BYTES_MAX {
            return Err(io::Error::other("the record is too long"));
        }
        if self.finished {
            return Ok(0);
        }
        loop {
            if self.used == self.filled && !self.ended {
                self.filled = self.file.read(&mut self.raw)?;
                self.used = 0;
                self.ended = self.filled == 0;
                self.gauge
                    .done
                    .set(self.gauge.done.get() + self.filled as u64);
            }
            let rest = self.raw.get(self.used..self.filled).unwrap_or_default();
            let (held, room) = out.split_at_mut(usize::from(self.held));
            held.fill(b'\r');
            let (result, used, written, _) = self.decoder.decode_to_utf8(rest, room, self.ended);
            self.used += used;
            let filled = held.len() + written;
            let last = self.ended && result == CoderResult::InputEmpty;
            let kept = self.one_break(out.get_mut(..filled).unwrap_or_default(), last);
            self.finished = last;
            if kept > 0 || last {
                since.set(since.get() + kept as u64);
                return Ok(kept);
            }
        }
    }
}

impl Letters {
    /// Takes every `\r` in front of a `\n` out of what was decoded; how much is left.
    fn one_break(&mut self, text: &mut [u8], last: bool) -> usize {
        self.held = !last && text.last() == Some(&b'\r');
        let end = text.len() - usize::from(self.held);
        let mut kept = 0;
        for at in 0..end {
            let pair = (text.get(at).copied(), text.get(at + 1).copied());
            if let (Some(byte), false) = (pair.0, pair == (Some(b'\r'), Some(b'\n'))) {
                if let Some(slot) = text.get_mut(kept) {
                    *slot = byte;
                }
                kept += 1;
            }
        }
        kept
    }
}

fn format_of(head: &[u8]) -> Result<Option<Format>, Fault> {
    let refuse = |what| Err(Fault::file("import_format", what));
    match head {
        [b'P', b'K', 3, 4, ..] => Ok(Some(Format::Xlsx)),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            refuse("this is an old XLS or a protected workbook; save it as XLSX or CSV")
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            refuse("this text is in UTF-16; save it in UTF-8 or GB18030")
        }
        [] => refuse("the file is empty"),
        _ => Ok(None),
    }
}

fn encoding_of(
    file: &mut File,
    path: &Path,
    utf8: bool,
    wanted: Option<Encoding>,
) -> Result<Encoding, Fault> {
    if utf8 && wanted != Some(Encoding::Gb18030) {
        return Ok(Encoding::Utf8);
    }
    if wanted != Some(Encoding::Utf8) {
        let mut decoder = Encoding::Gb18030.decoder();
        let mut fine = true;
        file.seek(SeekFrom::Start(0))
            .map_err(|e| unreadable(path, &e))?;
        chunks(file, path, &mut |chunk, last| {
            fine = fine && decodes(&mut decoder, chunk, last);
            fine
        })?;
        if fine {
            return Ok(Encoding::Gb18030);
        }
    }
    let what = match wanted {
        Some(wanted) => format!("the file is not in {}", wanted.name()),
        None => "the file is neither in UTF-8 nor in GB18030".to_owned(),
    };
    Err(Fault::file(
        "import_encoding",
        format!("{what}; save it anew in UTF-8, or name its encoding (--encoding)"),
    ))
}

/// Whether a chunk is whole in the decoder's encoding.
fn decodes(decoder: &mut Decoder, mut chunk: &[u8], last: bool) -> bool {
    let mut out = [0; 8 << 10];
    loop {
        let (result, used, _) = decoder.decode_to_utf8_without_replacement(chunk, &mut out, last);
        chunk = chunk.get(used..).unwrap_or_default();
        match result {
            encoding_rs::DecoderResult::InputEmpty => return true,
            encoding_rs::DecoderResult::OutputFull => {}
            encoding_rs::DecoderResult::Malformed(..) => return false,
        }
    }
}

/// Reads a file chunk by chunk; the last chunk is empty. Stops where `f` answers false.
fn chunks(
    file: &mut File,
    path: &Path,
    f: &mut dyn FnMut(&[u8], bool) -> bool,
) -> Result<(), Fault> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = file.read(&mut chunk).map_err(|e| unreadable(path, &e))?;
        let part = chunk.get(..read).unwrap_or_default();
        if !f(part, read == 0) || read == 0 {
            return Ok(());
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Fault {
    Fault::file("import_unreadable", format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Delivery, Vec<(u64, Vec<String>)>) {
        let keep = tempfile::tempdir().unwrap();
        let path = keep.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        let delivery = Delivery::inspect(&path, None).unwrap();
        let mut records = Vec::new();
        delivery
            .records(&mut |r| {
                records.push((r.line, r.cells));
                Ok(true)
            })
            .unwrap();
        (delivery, records)
    }

    #[test]
    fn lines_are_counted_over_every_kind_of_break() {
        let filler = "银杏".repeat(30_000);
        let text = format!("a,b\r\n1,\"x\r\ny\"\r\n\r\n,\r\n2,{filler}\r\n3,\"z\"\n4,\"\"\"\"");
        let (delivery, records) = read(text.as_bytes());
        assert_eq!(delivery.format, Format::Csv(Encoding::Utf8));
        assert_eq!(delivery.bytes, text.len() as u64);
        let lines: Vec<u64> = records.iter().map(|r| r.0).collect();
        assert_eq!(lines, [1, 2, 6, 7, 8]);
        assert_eq!(records[1].1, ["1", "x\ny"]);
        assert_eq!(records[2].1[1], filler);
        assert_eq!(records[4].1, ["4", "\""]);
    }

    #[test]
    fn both_encodings_and_a_mark_give_the_same_records() {
        let text = format!("统一社会信用代码,企业名称\r\n1,{}\r\n", "郯".repeat(70_000));
        let plain = read(text.as_bytes()).1;
        let (gb18030, _, _) = encoding_rs::GB18030.encode(&text);
        let (delivery, records) = read(&gb18030);
        assert_eq!(delivery.format, Format::Csv(Encoding::Gb18030));
        assert_eq!(records, plain);
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        assert_eq!(read(&marked).1, plain);
    }

    #[test]
    fn a_wrong_word_about_the_encoding_is_refused() {
        let keep = tempfile::tempdir().unwrap();
        let path = keep.path().join("file");
        let (bytes, _, _) = encoding_rs::GB18030.encode("企业名称\n某店\n");
        std::fs::write(&path, bytes).unwrap();
        let wrong = Delivery::inspect(&path, Some(Encoding::Utf8)).unwrap_err();
        assert_eq!(wrong.code(), "import_encoding");
    }
}
