//! Files of other departments: what is read, what is known, what is refused by line and column.

use std::fs;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Value, json};

use crate::support::{credit_code, demo, run, text};

/// The columns of the layout of market entities, in the order of a city's files.
const COLUMNS: [(&str, &str); 24] = [
    ("main_identi_id", "主体身份代码"),
    ("reg_org", "登记机关"),
    ("comp_type", "企业类型大类"),
    ("reg_state", "登记状态"),
    ("uni_social_crd_cd", "统一社会信用代码"),
    ("comp_nm", "企业名称"),
    ("addr", "住所"),
    ("legal_repre", "法定代表人"),
    ("indv_id", "行业"),
    ("reg_capt", "注册资本"),
    ("capt_kind", "币种"),
    ("opt_scop", "经营范围"),
    ("reg_no", "注册号"),
    ("appr_dt", "核准日期"),
    ("est_dt", "成立日期"),
    ("opt_from", "经营起始"),
    ("opt_to", "经营截止"),
    ("domdi_strict", "住所区划"),
    ("pro_loc", "生产经营地"),
    ("opt_strict", "经营地区划"),
    ("postal_code", "邮编"),
    ("opt_loc", "经营场所"),
    ("indv_code", "行业代码"),
    ("indv_nm", "行业名称"),
];
/// Columns of a city's own behind them.
const EXTRAS: [&str; 2] = ["网格编号", "联系电话"];
/// Rows without a fault that would keep them out.
const GOOD: usize = 40;

type Row = Vec<String>;

fn at(name: &str) -> usize {
    COLUMNS.iter().position(|c| c.0 == name).unwrap()
}

/// A row as real files have them, in one of their many spellings.
fn row(n: usize) -> Row {
    let code = credit_code(&format!("91371322MA5{n:06}"));
    let code = match n % 4 {
        0 => code.to_lowercase(),
        1 => format!(" {} {}\u{3000}", &code[..9], &code[9..]),
        2 => code
            .chars()
            .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap())
            .collect(),
        _ => code,
    };
    let day = ["2017-7-7", "2020-06-18", "2021-8-2 0:00:00", "2017/7/7"][n % 4];
    let ended = n % 10 == 7;
    let record = format!("ZT{n:08}");
    let name = format!("郯城县某某{n}电子商务有限公司");
    let address = format!("郯城县马头镇某路{n}号");
    let cells = [
        record.as_str(),
        "郯城县市场监督管理局",
        "有限责任公司(自然人投资或控股)",
        if ended {
            "注销"
        } else {
            ["存续", "在业", "开业"][n % 3]
        },
        &code,
        &name,
        &address,
        "甲某",
        "F",
        "50.0",
        "人民币",
        "互联网销售,\"网上\"零售\n农产品",
        "\\n",
        if ended { "2023-8-2 0:00:00" } else { day },
        day,
        day,
        ["9999-9-9", "2099-12-31", "", "2037/7/6"][n % 4],
        "371322101",
        "",
        "371322101.0",
        "276126",
        "\\n",
        "5292.0",
        "互联网零售",
    ];
    let mut cells: Row = cells.iter().map(|c| (*c).to_owned()).collect();
    cells.extend(["G-07".to_owned(), "13900000000".to_owned()]);
    cells
}

/// Ten rows that cannot be taken, each with the column and the code that names why.
fn broken() -> Vec<(Row, &'static str, &'static str)> {
    let cases: [(&str, &str, &str); 10] = [
        (
            "uni_social_crd_cd",
            "91330100799655058C",
            "credit_code_check",
        ),
        (
            "uni_social_crd_cd",
            "9133010079965505",
            "credit_code_length",
        ),
        (
            "uni_social_crd_cd",
            "9133010079965505IB",
            "credit_code_alphabet",
        ),
        ("uni_social_crd_cd", "\\n", "import_value_missing"),
        ("comp_nm", " ", "import_value_missing"),
        ("est_dt", "2020-13-18", "import_date"),
        ("est_dt", "9999-9-9", "import_value_missing"),
        ("reg_state", "迁出", "import_word_unknown"),
        ("appr_dt", "", "registration.end_incomplete"),
        ("addr", "某路1号,电话13900000000", "personal_value_in_clear"),
    ];
    let mut rows = Vec::new();
    for (n, (column, text, code)) in cases.into_iter().enumerate() {
        let mut cells = row(1_000 + n);
        if code == "registration.end_incomplete" {
            cells[at("reg_state")] = "注销".to_owned();
        }
        cells[at(column)] = text.to_owned();
        rows.push((cells, column, code));
    }
    rows
}

fn headers(chinese: bool) -> Vec<&'static str> {
    let names = COLUMNS.iter().map(|c| if chinese { c.1 } else { c.0 });
    names.chain(EXTRAS).collect()
}

fn csv(headers: &[&str], rows: &[Row]) -> String {
    let quoted = |c: &str| format!("\"{}\"", c.replace('"', "\"\""));
    let mut out = headers.join(",") + "\n";
    for row in rows {
        let cells: Vec<String> = row.iter().map(|c| quoted(c)).collect();
        out += &(cells.join(",") + "\r\n");
    }
    out
}

/// The same table as a spreadsheet program writes it: dates as serials, numbers as floats.
fn xlsx(path: &Path, headers: &[&str], rows: &[Row]) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let dated = Format::new().set_num_format("yyyy/m/d");
    for (column, header) in (0_u16..).zip(headers) {
        sheet.write_string(0, column, *header).unwrap();
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            let name = COLUMNS.get(usize::from(column)).map_or("", |c| c.0);
            let date = cell.split(' ').next().unwrap_or_default().replace('/', "-");
            let parts: Vec<u16> = date.split('-').filter_map(|p| p.parse().ok()).collect();
            match (name, parts.as_slice()) {
                ("est_dt" | "opt_from", &[y @ ..9999, m @ 1..=12, d]) => {
                    let day = ExcelDateTime::from_ymd(y, m as u8, d as u8).unwrap();
                    // Some programs lose the format and leave the bare serial.
                    if line % 2 == 0 {
                        sheet.write_number(line, column, day.to_excel()).unwrap();
                    } else {
                        sheet
                            .write_datetime_with_format(line, column, &day, &dated)
                            .unwrap();
                    }
                }
                ("reg_capt" | "indv_code" | "opt_strict", _) => {
                    sheet
                        .write_number(line, column, cell.parse::<f64>().unwrap())
                        .unwrap();
                }
                _ => drop(sheet.write_string(line, column, cell.as_str()).unwrap()),
            }
        }
    }
    book.save(path).unwrap();
}

struct County {
    _keep: tempfile::TempDir,
    dir: PathBuf,
    department: String,
}

impl County {
    fn new() -> Self {
        let (keep, dir) = demo("2");
        let shown = run(&dir, &["show", "department:register", "--json"]);
        let told: Value = serde_json::from_slice(&shown.stdout).unwrap();
        let text = told.to_string();
        let from = text.find("11371322MB2857001").unwrap();
        let department = text[from..from + 18].to_owned();
        Self {
            _keep: keep,
            dir,
            department,
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.with_file_name(name)
    }

    fn import(&self, layout: &str, file: &Path, more: &[&str]) -> (Option<i32>, Value) {
        let mut args = vec!["import", layout, file.to_str().unwrap(), "--json"];
        args.extend(["--department", &self.department]);
        args.extend(more);
        let output = run(&self.dir, &args);
        let told = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            Value::String(error)
        });
        (output.status.code(), told)
    }

    fn size(&self) -> u64 {
        let told = run(&self.dir, &["status", "--json"]);
        let told: Value = serde_json::from_slice(&told.stdout).unwrap();
        told["size"].as_u64().unwrap()
    }
}

fn counts(told: &Value) -> [u64; 4] {
    ["read", "recorded", "already_known", "refused"].map(|name| told[name].as_u64().unwrap())
}

#[test]
fn a_citys_register_is_taken_unchanged_in_every_form_and_once() {
    let county = County::new();
    let broken = broken();
    let mut rows: Vec<Row> = (0..GOOD).map(row).collect();
    for (n, (cells, ..)) in broken.iter().enumerate() {
        rows.insert(n * 5, cells.clone());
    }
    let file = county.file("city.csv");
    fs::write(&file, csv(&headers(false), &rows)).unwrap();

    let before = county.size();
    let (code, dry) = county.import("market-entities", &file, &["--dry-run"]);
    assert_eq!((code, counts(&dry)), (Some(1), [50, 40, 0, 10]));
    assert_eq!(county.size(), before);
    assert!(!county.file("city.csv.refused.csv").exists());

    let (code, told) = county.import("market-entities", &file, &[]);
    assert_eq!((code, counts(&told)), (Some(1), [50, 40, 0, 10]), "{told}");
    assert_eq!(told["refusals"], dry["refusals"]);
    assert_eq!(told["dropped_personal_values"]["联系电话"], 45);
    for (n, (_, column, code)) in broken.iter().enumerate() {
        let refusal = &told["refusals"][n];
        // Each good row has a line break in its scope, so that lines and rows differ.
        let line = (n * 5 * 2 + 2) as u64;
        let found = (&refusal["line"], &refusal["column"], &refusal["code"]);
        assert_eq!(
            found,
            (&line.into(), &(*column).into(), &(*code).into()),
            "{refusal}"
        );
    }

    let shuffled: Vec<Row> = rows.iter().rev().cloned().collect();
    let again = county.file("again.csv");
    let chinese = csv(&headers(true), &shuffled);
    let (gb18030, _, unmapped) = encoding_rs::GB18030.encode(&chinese);
    assert!(!unmapped);
    for bytes in [
        gb18030.into_owned(),
        [b"\xef\xbb\xbf", chinese.as_bytes()].concat(),
    ] {
        fs::write(&again, bytes).unwrap();
        let (_, told) = county.import("market-entities", &again, &[]);
        assert_eq!(counts(&told), [50, 0, 40, 10], "{told}");
    }
    let sheet = county.file("city.xlsx");
    xlsx(&sheet, &headers(true), &rows);
    let (_, told) = county.import("market-entities", &sheet, &[]);
    assert_eq!(counts(&told), [50, 0, 40, 10], "{told}");
    assert_eq!(told["file"]["format"], "xlsx");
    let lines: Vec<u64> = told["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, (0..10).map(|n| n * 5 + 2).collect::<Vec<u64>>());
    assert!(run(&county.dir, &["verify"]).status.success());

    let ended = format!("operator:{}", credit_code("91371322MA5000007"));
    for (on, said) in [("2023-08-01", "存续"), ("2023-08-02", "注销 cancelled")] {
        let shown = text(&run(&county.dir, &["show", &ended, "--on", on]));
        assert!(shown.contains(said), "{shown}");
    }
    let events = text(&run(
        &county.dir,
        &["events", "--subject", &ended, "--json"],
    ));
    assert!(
        events.contains(told_file(&county, "city.csv").as_str()),
        "{events}"
    );
    assert!(!events.contains("13900000000") && !events.contains("甲某"));
}

fn told_file(county: &County, name: &str) -> String {
    let (_, told) = county.import("market-entities", &county.file(name), &["--dry-run"]);
    told["file"]["blake3"].as_str().unwrap().to_owned()
}

#[test]
fn a_spreadsheet_alone_is_taken_and_refused_rows_come_back_corrected() {
    let county = County::new();
    let mut rows: Vec<Row> = (0..3).map(row).collect();
    rows.push(broken().swap_remove(5).0);
    let sheet = county.file("city.xlsx");
    xlsx(&sheet, &headers(false), &rows);
    let (code, told) = county.import("market-entities", &sheet, &[]);
    assert_eq!((code, counts(&told)), (Some(1), [4, 3, 0, 1]), "{told}");
    let refused = fs::read_to_string(county.file("city.xlsx.refused.csv")).unwrap();
    assert!(refused.starts_with("main_identi_id,"), "{refused}");
    assert!(
        refused.contains("refused_reason") && refused.contains(",5,est_dt,import_date,"),
        "{refused}"
    );
    let corrected = county.file("corrected.csv");
    fs::write(&corrected, refused.replace("2020-13-18", "2020-12-18")).unwrap();
    let (code, told) = county.import("market-entities", &corrected, &[]);
    assert_eq!((code, counts(&told)), (Some(0), [1, 1, 0, 0]), "{told}");
}

#[test]
fn lists_are_taken_for_operators_of_the_register_only() {
    let county = County::new();
    let rows: Vec<Row> = (0..2).map(row).collect();
    let file = county.file("register.csv");
    fs::write(&file, csv(&headers(false), &rows)).unwrap();
    county.import("market-entities", &file, &[]);
    let listed = credit_code("91371322MA5000000").to_lowercase();
    let stranger = credit_code("91371322MA5999999");
    let list = county.file("list.csv");
    fs::write(
        &list,
        format!(
            "列入日期,busexclist_id,列入原因,统一社会信用代码,移出日期,作出决定机关(列入)\n\
            2021-7-8,7001,未按规定公示年度报告,{listed},2022/3/1,郯城县市场监督管理局\n\
            2021-7-8,7002,未按规定公示年度报告,{stranger},,郯城县市场监督管理局\n"
        ),
    )
    .unwrap();
    let (code, told) = county.import("abnormal-list", &list, &[]);
    assert_eq!((code, counts(&told)), (Some(1), [2, 1, 0, 1]), "{told}");
    let refusal = &told["refusals"][0];
    assert_eq!(refusal["code"], "registration.unknown");
    assert_eq!(refusal["column"], "统一社会信用代码");
    assert!(
        refusal["reason"]
            .as_str()
            .unwrap()
            .contains("import it first")
    );
    for (on, entries) in [("2021-07-08", "1 entries"), ("2022-03-01", "0 entries")] {
        let shown = text(&run(&county.dir, &["list", "abnormal", "--on", on]));
        assert!(shown.contains(entries), "{on}: {shown}");
    }
}

#[test]
fn what_is_no_such_file_is_refused_whole() {
    let county = County::new();
    let bomb = county.file("bomb.xlsx");
    let mut book = zip::ZipWriter::new(fs::File::create(&bomb).unwrap());
    let packed = zip::write::SimpleFileOptions::default();
    book.start_file("xl/sharedStrings.xml", packed).unwrap();
    let zeros = vec![0_u8; 1 << 20];
    for _ in 0..300 {
        std::io::Write::write_all(&mut book, &zeros).unwrap();
    }
    book.finish().unwrap();
    let text = county.file("text.csv");
    let before = county.size();
    for (bytes, code) in [
        (&b"\xff\xfex\0"[..], "import_format"),
        (b"", "import_format"),
        (b"name\n\x81\xff\xff\x00\n", "import_encoding"),
        (b"comp_nm,est_dt\nx,2017-7-7\n", "import_header_missing"),
        (
            b"comp_nm,comp_nm,uni_social_crd_cd,est_dt\n",
            "import_header_twice",
        ),
        (b"PK\x03\x04 and no more", "import_xlsx"),
    ] {
        fs::write(&text, bytes).unwrap();
        let (exit, told) = county.import("market-entities", &text, &[]);
        assert_eq!(exit, Some(2), "{told}");
        assert!(told.to_string().contains(code), "{code}: {told}");
    }
    let (exit, told) = county.import("market-entities", &bomb, &[]);
    assert_eq!(exit, Some(2));
    assert!(told.to_string().contains("import_too_large"), "{told}");
    let open_quote = format!(
        "uni_social_crd_cd,comp_nm,est_dt\n\"{}",
        "x\n".repeat(1 << 20)
    );
    fs::write(&text, open_quote).unwrap();
    let (exit, told) = county.import("market-entities", &text, &[]);
    assert_eq!(exit, Some(2));
    assert!(told.to_string().contains("import_row_too_long"), "{told}");
    assert_eq!(county.size(), before);
}

#[test]
fn a_layout_of_ones_own_reads_other_columns() {
    let county = County::new();
    let mapping = county.file("mapping.json");
    fs::write(
        &mapping,
        r#"{"layout": "town", "title": "Town's list", "action": "registration.import",
            "required": ["on", "code", "name"], "columns": [
            {"names": ["Code"], "to": "code", "read": "code"},
            {"names": ["Name"], "to": "name"},
            {"names": ["Since"], "to": "on", "read": "day"}]}"#,
    )
    .unwrap();
    let file = county.file("town.csv");
    let code = credit_code("92371322MA5123456");
    fs::write(&file, format!("Since,Name,Code\n2019.5.1,某店,{code}\n")).unwrap();
    let mapping = mapping.to_str().unwrap();
    let (exit, told) = county.import("town", &file, &["--mapping", mapping]);
    assert_eq!((exit, counts(&told)), (Some(0), [1, 1, 0, 0]), "{told}");
    let (exit, told) = county.import("town", &file, &[]);
    assert_eq!(exit, Some(2), "{told}");
}

#[test]
fn a_monthly_delivery_brings_changes_and_names_what_is_doubtful() {
    let county = County::new();
    let mut rows: Vec<Row> = (0..6).map(row).collect();
    let file = county.file("january.csv");
    fs::write(&file, csv(&headers(false), &rows)).unwrap();
    county.import("market-entities", &file, &[]);

    // Row 0 moves and is renamed, row 1 is cancelled, row 2 is renamed without an approval,
    // row 3 has another representative without one, row 4 says the same in a new column's words.
    let set = |row: &mut Row, name: &str, text: &str| row[at(name)] = text.to_owned();
    set(&mut rows[0], "comp_nm", "郯城县改名后网店有限公司");
    set(&mut rows[0], "addr", "郯城县李庄镇新路1号");
    set(&mut rows[0], "appr_dt", "2026-02-03");
    set(&mut rows[1], "reg_state", "注销");
    set(&mut rows[1], "appr_dt", "2026/2/4");
    set(&mut rows[2], "comp_nm", "郯城县不明改名有限公司");
    set(&mut rows[3], "legal_repre", "乙某");
    rows[4][COLUMNS.len()] = "G-08".to_owned();
    let file = county.file("february.csv");
    fs::write(&file, csv(&headers(false), &rows)).unwrap();
    let (_, dry) = county.import("market-entities", &file, &["--dry-run"]);
    let (code, told) = county.import("market-entities", &file, &[]);
    assert_eq!((code, counts(&told)), (Some(1), [6, 2, 2, 2]), "{told}");
    assert_eq!(
        counts(&dry),
        [6, 2, 3, 1],
        "a trial cannot compare sealed values"
    );
    let named: Vec<(&str, &str)> = told["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["column"].as_str().unwrap(), r["code"].as_str().unwrap()))
        .collect();
    let doubtful = [
        ("comp_nm", "registration.delivery_doubtful"),
        ("legal_repre", "action_id_reused"),
    ];
    assert_eq!(named, doubtful);
    let (_, again) = county.import("market-entities", &file, &[]);
    assert_eq!(counts(&again), [6, 0, 4, 2]);

    let moved = format!("operator:{}", credit_code("91371322MA5000000"));
    for (on, name, place) in [
        ("2026-02-02", "某某0电子商务", "马头镇"),
        ("2026-02-03", "改名后网店", "李庄镇"),
    ] {
        let shown = text(&run(&county.dir, &["show", &moved, "--on", on]));
        assert!(
            shown.contains(name) && shown.contains(place),
            "{on}: {shown}"
        );
    }
    assert!(run(&county.dir, &["verify"]).status.success());
}

#[test]
fn a_later_list_ends_the_entries_of_an_earlier_one() {
    let county = County::new();
    let file = county.file("register.csv");
    fs::write(&file, csv(&headers(false), &[row(0)])).unwrap();
    county.import("market-entities", &file, &[]);
    let list = county.file("list.csv");
    let code = credit_code("91371322MA5000000");
    let head = "inclu_dt,busexclist_id,inclu_reason,uni_social_crd_cd,remove_dt,remexcpres_cn";
    for (removed, expected) in [
        ("\\n,", [1, 1, 0, 0]),
        ("2022-3-1,企业注销，自动移出", [1, 1, 0, 0]),
        ("2022-3-1,企业注销，自动移出", [1, 0, 1, 0]),
        ("2022-4-1,", [1, 0, 0, 1]),
    ] {
        fs::write(
            &list,
            format!("{head}\n2021-7-8,7001,未公示年度报告,{code},{removed}\n"),
        )
        .unwrap();
        let (_, told) = county.import("abnormal-list", &list, &[]);
        assert_eq!(counts(&told), expected, "{removed}: {told}");
    }
    let shown = text(&run(
        &county.dir,
        &["list", "abnormal", "--on", "2022-03-01"],
    ));
    assert!(shown.contains("0 entries"), "{shown}");
}

#[test]
fn penalties_of_the_credit_portal_are_taken_with_their_own_days() {
    let county = County::new();
    let file = county.file("register.csv");
    fs::write(&file, csv(&headers(false), &[row(0)])).unwrap();
    county.import("market-entities", &file, &[]);
    let operator = credit_code("91371322MA5000000");
    let authority = &county.department;
    let head = "行政相对人名称,行政相对人类别,统一社会信用代码,法定代表人,行政处罚决定书文号,违法行为类型,\
        违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),没收违法所得、没收非法财物的金额(万元),\
        暂扣或吊销证照名称及编号,处罚决定日期,处罚有效期,公示截止期,处罚机关,处罚机关统一社会信用代码,\
        数据来源单位,数据来源单位统一社会信用代码";
    let decision = |number: u32, kinds: &str, fine: &str| {
        format!(
            "某公司,法人,{operator},甲某,郯市监罚〔2024〕{number}号,虚假宣传,虚构销量,反不正当竞争法第二十条,\
            {kinds},罚款,{fine},0.3,\\n,2024/3/5,2099-12-31,2027-03-05,郯城县市场监督管理局,{authority},\
            郯城县市场监督管理局,{authority}"
        )
    };
    let rows = [
        decision(12, "罚款；没收违法所得", "1.25"),
        decision(13, "行政拘留", "0"),
        decision(14, "罚款", "1.2345678"),
    ];
    let penalties = county.file("penalties.csv");
    fs::write(&penalties, format!("{head}\n{}\n", rows.join("\n"))).unwrap();
    for recorded in [1, 0] {
        let (code, told) = county.import("two-publicity", &penalties, &[]);
        let expected = [3, recorded, 1 - recorded, 2];
        assert_eq!((code, counts(&told)), (Some(1), expected), "{told}");
        let refused: Vec<&str> = told["refusals"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["code"].as_str().unwrap())
            .collect();
        assert_eq!(refused, ["import_word_unknown", "import_number"]);
    }
    let events = run(
        &county.dir,
        &[
            "events",
            "--type",
            "enforcement.decision_imported",
            "--json",
        ],
    )
    .stdout;
    let event: Value = serde_json::from_slice(&events).unwrap();
    assert_eq!(event["on"], "2024-03-05");
    let fen = (&event["data"]["fine_fen"], &event["data"]["gains_fen"]);
    assert_eq!(fen, (&1_250_000.into(), &300_000.into()));
    assert!(!event.to_string().contains("甲某"));
    assert!(run(&county.dir, &["verify"]).status.success());
}

#[test]
fn tax_ratings_are_taken_by_level_and_once() {
    let county = County::new();
    let file = county.file("register.csv");
    fs::write(&file, csv(&headers(false), &[row(0)])).unwrap();
    county.import("market-entities", &file, &[]);
    let operator = credit_code("91371322MA5000000");
    let head = "记录id,统一社会信用代码,企业名称,评价机构,评价等级,有效期起,有效期止";
    let rating = |record: u32, level: &str, from: &str| {
        format!("{record},{operator},某公司,郯城县税务局,{level},{from},9999-9-9")
    };
    let rows = [
        rating(1, "A", "2024-4-30"),
        rating(2, "M级", "2025/4/28"),
        rating(3, "E", "2026-04-28"),
    ];
    let ratings = county.file("ratings.csv");
    fs::write(&ratings, format!("{head}\n{}\n", rows.join("\n"))).unwrap();
    for recorded in [2, 0] {
        let (code, told) = county.import("tax-credit", &ratings, &[]);
        let expected = [3, recorded, 2 - recorded, 1];
        assert_eq!((code, counts(&told)), (Some(1), expected), "{told}");
        assert_eq!(told["refusals"][0]["code"], "import_word_unknown");
    }
    let shown = run(
        &county.dir,
        &["show", &format!("operator:{operator}"), "--json"],
    )
    .stdout;
    let shown: Value = serde_json::from_slice(&shown).unwrap();
    let ratings = &shown["state"]["credit"]["ratings"];
    assert_eq!(ratings[0]["level"], "a", "{shown}");
    assert_eq!(ratings[1]["from"], "2025-04-28");
}

/// Exports from a ledger; the file's lines, sorted, the header first.
fn exported(dir: &Path, what: &str, on: &str) -> Vec<String> {
    let file = dir.with_file_name(format!("{what}-{on}.csv"));
    let args = ["export", what, "--on", on, "--out", file.to_str().unwrap()];
    let output = run(dir, &args);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{error}");
    let text = fs::read_to_string(&file).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[1..].sort();
    lines
}

#[test]
fn exported_penalties_are_the_same_facts_in_another_ledger() {
    let (_keep, first) = demo("20");
    let on = "2026-08-01";
    let penalties = exported(&first, "penalties", on);
    assert!(penalties[0].starts_with("行政相对人名称,行政相对人类别,统一社会信用代码"));
    assert!(penalties.len() > 2, "the demo's year shows penalties");
    // Before the year nothing was decided; one of them has expired by its end.
    assert_eq!(exported(&first, "penalties", "2015-01-02").len(), 1);
    let later = exported(&first, "penalties", "2026-12-31");
    assert!(later.len() < penalties.len(), "{}", later.len());

    // The operators go first, by a mapping of the other file's columns.
    exported(&first, "licences", on);
    let department = credit_code("11371322MB2857001");
    let second = County {
        _keep: tempfile::tempdir().unwrap(),
        dir: first.with_file_name("elsewhere"),
        department: department.clone(),
    };
    let begun = run(
        &second.dir,
        &[
            "init",
            second.dir.to_str().unwrap(),
            "--origin",
            "elsewhere",
        ],
    );
    assert!(begun.status.success());
    let actions = second.file("actions.ndjson");
    let establish = json!({"by": {"capacity": "administrator", "department": department},
        "data": {"capacities": ["importer"], "code": department, "division": "371322",
            "name": "郯城县市场监督管理局", "short": "市监"},
        "id": "01890a5d-ac96-774b-bcce-000000000001", "on": "2010-01-01",
        "type": "department.establish"});
    fs::write(&actions, establish.to_string()).unwrap();
    assert!(
        run(&second.dir, &["act", actions.to_str().unwrap()])
            .status
            .success()
    );
    let mapping = second.file("mapping.json");
    let columns = json!({"layout": "licences-of-a-county", "title": "许可",
        "action": "registration.import", "required": ["on", "code", "name"], "columns": [
            {"names": ["行政相对人名称"], "to": "name"},
            {"names": ["统一社会信用代码"], "to": "code", "read": "code"},
            {"names": ["有效期自"], "to": "on", "read": "day"},
            {"names": ["地址"], "to": "address"}]});
    fs::write(&mapping, columns.to_string()).unwrap();
    let licences = first.with_file_name(format!("licences-{on}.csv"));
    let more = ["--mapping", mapping.to_str().unwrap()];
    let (_, told) = second.import("licences-of-a-county", &licences, &more);
    assert_eq!(told["refused"], 0, "{told}");

    let file = first.with_file_name(format!("penalties-{on}.csv"));
    let rows = penalties.len() as u64 - 1;
    for expected in [[rows, rows, 0, 0], [rows, 0, rows, 0]] {
        let (_, told) = second.import("two-publicity", &file, &[]);
        assert_eq!(counts(&told), expected, "{told}");
    }
    fs::rename(&file, first.with_file_name("first.csv")).unwrap();
    assert_eq!(exported(&second.dir, "penalties", on), penalties);
}
