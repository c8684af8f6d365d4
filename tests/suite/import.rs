//! Files of other departments: what is read, what is known, what is refused by line.

use std::fs;

use serde_json::Value;

use crate::support::{demo, run, text};

const AUTHORITY: &str = "11371322MB2857001";

fn authority(dir: &std::path::Path) -> String {
    let shown = run(dir, &["show", "department:register", "--json"]);
    let told: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let departments = &told["state"]["Register"]["departments"];
    let code = departments
        .as_object()
        .unwrap()
        .keys()
        .next()
        .unwrap()
        .clone();
    assert!(code.starts_with(AUTHORITY));
    code
}

#[test]
fn a_file_with_broken_rows_loads_the_rest_and_names_them() {
    let (_keep, dir) = demo("2");
    let department = authority(&dir);
    let file = dir.with_extension("csv");
    fs::write(
        &file,
        "登记状态,统一社会信用代码,企业名称,住所,成立日期,核准日期,法定代表人\n\
        存续,9144030071526726xg,甲公司,某路1号,2017-7-7,2017-7-7,甲某\n\
        存续,91330100799655058B,乙公司,某路2号,9999-9-9,,\n\
        注销,91110000802100433B,丙公司,某路3号,2017/7/7,2021-8-2 0:00:00,\n\
        存续,914403001922038217,丁公司,某路4号,2017-7-7,,\n\
        存续,91110108551385082Q,,某路5号,2017-7-7,,\n",
    )
    .unwrap();
    let path = file.to_str().unwrap();
    let args = [
        "import",
        "market-entities",
        path,
        "--department",
        &department,
        "--json",
    ];
    let first = run(&dir, &args);
    let told: Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!(
        (&told["read"], &told["recorded"], &told["refused"]),
        (&5.into(), &2.into(), &3.into())
    );
    let plain = run(&dir, &args[..args.len() - 1]);
    let told = text(&plain);
    assert!(
        told.contains("5 read, 0 recorded, 2 known before, 3 refused"),
        "{told}"
    );
    for line in ["line 3:", "line 5:", "line 6:"] {
        assert!(told.contains(line), "{told}");
    }
    let ended = run(
        &dir,
        &["show", "operator:91110000802100433B", "--on", "2022-01-01"],
    );
    assert!(
        text(&ended).contains("Cancelled on 2021-08-02"),
        "{}",
        text(&ended)
    );
    let before = run(
        &dir,
        &["show", "operator:91110000802100433B", "--on", "2020-01-01"],
    );
    assert!(
        text(&before).contains("registered (存续)"),
        "{}",
        text(&before)
    );
    assert!(run(&dir, &["verify"]).status.success());
}
