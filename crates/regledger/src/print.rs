//! Printing any shape for people, by its labels in Chinese and English. No area is known here.

mod node;

use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use self::node::Node;

/// The text of a shape: fields one a line in the shape's order, lists of simple things as tables.
pub(crate) fn shape(shape: &impl Serialize) -> anyhow::Result<String> {
    let mut out = String::new();
    match Node::of(shape)? {
        Node::Fields(fields) => object(&mut out, &fields, 0),
        other => out.push_str(&cell("", &other)),
    }
    Ok(out)
}

/// A table of these columns of rows; of all that occur where none are chosen.
pub(crate) fn table(rows: &[impl Serialize], columns: &[&str]) -> anyhow::Result<String> {
    let rows: Vec<Node> = rows.iter().map(Node::of).collect::<Result<_, _>>()?;
    let mut out = String::new();
    lay(&mut out, &rows, columns, 0);
    Ok(out)
}

fn object(out: &mut String, fields: &[(String, Node)], depth: usize) {
    for (name, value) in fields {
        field(out, name, value, depth);
    }
}

fn field(out: &mut String, name: &str, value: &Node, depth: usize) {
    let indent = "  ".repeat(depth);
    match value {
        Node::Fields(fields) if fields.is_empty() => {}
        Node::List(items) if items.is_empty() => {}
        Node::Fields(fields) => {
            let _ = writeln!(out, "{indent}{}", label(name));
            object(out, fields, depth + 1);
        }
        Node::List(items) if !items.iter().all(Node::is_simple) => {
            let _ = writeln!(out, "{indent}{}", label(name));
            if items.iter().all(Node::is_flat) {
                lay(out, items, &[], depth + 1);
            } else {
                items.iter().for_each(|item| dashed(out, item, depth + 1));
            }
        }
        simple => {
            let _ = writeln!(out, "{indent}{}: {}", label(name), cell(name, simple));
        }
    }
}

/// One item of a list of things that do not fit a line: its first field bears a dash.
fn dashed(out: &mut String, item: &Node, depth: usize) {
    let dash = out.len() + 2 * depth;
    if let Node::Fields(fields) = item {
        object(out, fields, depth + 1);
    }
    if out.get(dash..dash + 2) == Some("  ") {
        out.replace_range(dash..dash + 2, "- ");
    }
}

fn lay(out: &mut String, rows: &[Node], columns: &[&str], depth: usize) {
    let mut names: Vec<&str> = columns.to_vec();
    if names.is_empty() {
        for (name, _) in rows.iter().flat_map(Node::fields) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    let head: Vec<String> = names.iter().map(|name| label(name)).collect();
    let cells = |row: &Node| {
        let told = |name: &&str| row.field(name).map_or_else(String::new, |v| cell(name, v));
        names.iter().map(told).collect::<Vec<String>>()
    };
    let lines: Vec<Vec<String>> = std::iter::once(head)
        .chain(rows.iter().map(cells))
        .collect();
    let width = |n: usize| {
        let cells = lines.iter().filter_map(|line| line.get(n));
        cells.map(|cell| cell.width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..names.len()).map(width).collect();
    for line in &lines {
        let mut told = "  ".repeat(depth);
        for (cell, width) in line.iter().zip(&widths) {
            told.push_str(cell);
            told.push_str(&" ".repeat(width + 2 - cell.width()));
        }
        let _ = writeln!(out, "{}", told.trim_end());
    }
}

fn label(name: &str) -> String {
    match server::shape::label(name) {
        Some(label) => format!("{} {}", label.zh, label.en),
        // A name of the law's own, such as a term's in a pack.
        None => name.to_owned(),
    }
}

fn cell(name: &str, value: &Node) -> String {
    match value {
        Node::Simple(Value::String(text)) => match server::shape::word(name, text) {
            Some(zh) => format!("{zh} {text}"),
            None => text.clone(),
        },
        Node::Simple(Value::Bool(true)) => "是 yes".to_owned(),
        Node::Simple(Value::Bool(false)) => "否 no".to_owned(),
        Node::Simple(Value::Null) | Node::Fields(_) => String::new(),
        Node::Simple(other) => other.to_string(),
        Node::List(items) => {
            let told: Vec<String> = items.iter().map(|item| cell(name, item)).collect();
            told.join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Whole {
        operator: &'static str,
        registration: Part,
        lists: Vec<Outer>,
        seqs: Vec<u64>,
        events: Vec<Line>,
    }

    #[derive(Serialize)]
    struct Part {
        status: &'static str,
        imported: bool,
    }

    #[derive(Serialize)]
    struct Outer {
        list: &'static str,
        ground: Part,
    }

    #[derive(Serialize)]
    struct Line {
        seq: u64,
        on: &'static str,
    }

    #[test]
    fn labels_words_tables_and_nesting_in_the_order_of_the_shape() {
        let part = |status| Part {
            status,
            imported: true,
        };
        let told = shape(&Whole {
            operator: "X",
            registration: part("cancelled"),
            lists: vec![Outer {
                list: "abnormal",
                ground: part("strange"),
            }],
            seqs: vec![3, 4],
            events: vec![
                Line {
                    seq: 7,
                    on: "2026-07-01",
                },
                Line {
                    seq: 10,
                    on: "2026-07-02",
                },
            ],
        });
        assert_eq!(
            told.unwrap(),
            "统一社会信用代码 operator: X\n\
             登记 registration\n  状态 status: 注销 cancelled\n  导入 imported: 是 yes\n\
             名录 lists\n  - 名录 list: 经营异常名录 abnormal\n    情形 ground\n      状态 status: strange\n      导入 imported: 是 yes\n\
             事件位置 positions: 3, 4\n\
             事件 events\n  位置 position  法定日期 on\n  7              2026-07-01\n  10             2026-07-02\n"
        );
    }
}
