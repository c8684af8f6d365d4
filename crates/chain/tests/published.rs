//! Published vectors: RFC 8785 (JSON Canonicalization Scheme) with its author's test data
//! (github.com/cyberphone/json-canonicalization, `testdata/`), as far as they hold no fraction.
//! The house is narrower than the RFC: integers within ±(2^53-1) only, and strings in NFC.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chain::canon::{Limits, check_canonical, parse, to_bytes};

fn canonical(text: &str) -> Result<String, &'static str> {
    let value = parse(text.as_bytes(), &Limits::default()).map_err(|e| e.code())?;
    let bytes = to_bytes(&value).map_err(|e| e.code())?;
    // What was written is its own canonical form.
    check_canonical(&bytes, &Limits::default()).map_err(|e| e.code())?;
    Ok(String::from_utf8(bytes).unwrap())
}

/// RFC 8785, section 3.2.2, the strings and literals of its sample; and section 3.2.3 whole but
/// for one key. 3 vectors.
#[test]
fn rfc_8785_strings_literals_and_key_order() {
    let string = r#"{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}"#;
    let written = r#"{"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
    assert_eq!(canonical(string).as_deref(), Ok(written));
    let literals = r#"{"literals": [null, true, false]}"#;
    let written = r#"{"literals":[null,true,false]}"#;
    assert_eq!(canonical(literals).as_deref(), Ok(written));
    let keys = r#"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis"}"#;
    let written = [
        r#"{"\r":"Carriage Return","1":"One",""#,
        "\u{80}",
        r#"":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"#,
        r#""Emoji: Grinning Face"}"#,
    ];
    assert_eq!(canonical(keys), Ok(written.concat()));
    // The seventh key, U+FB33, is excluded from composition: it is never in NFC.
    let dalet = r#"{"\ufb33": "Hebrew Letter Dalet With Dagesh"}"#;
    assert_eq!(canonical(dalet), Err("json_not_nfc"));
}

/// RFC 8785, appendix B: of its samples only zero is an integer of the house; the integers beyond
/// 2^53-1 and the fractions are refused. 23 vectors.
#[test]
fn rfc_8785_numbers() {
    assert_eq!(canonical("[0]").as_deref(), Ok("[0]"));
    for (written, code) in [
        ("9007199254740992", "json_integer_range"),
        ("-9007199254740992", "json_integer_range"),
        ("295147905179352830000", "json_integer_range"),
        ("5e-324", "json_float"),
        ("-5e-324", "json_float"),
        ("1.7976931348623157e+308", "json_float"),
        ("-1.7976931348623157e+308", "json_float"),
        ("9.999999999999997e+22", "json_float"),
        ("1e+23", "json_float"),
        ("1.0000000000000001e+23", "json_float"),
        ("999999999999999700000", "json_integer_range"),
        ("999999999999999900000", "json_integer_range"),
        ("1e+21", "json_float"),
        ("9.999999999999997e-7", "json_float"),
        ("333333333.3333332", "json_float"),
        ("333333333.33333325", "json_float"),
        ("333333333.3333333", "json_float"),
        ("333333333.3333334", "json_float"),
        ("333333333.33333343", "json_float"),
        ("0.000001", "json_float"),
        ("-0.0000033333333333333333", "json_float"),
        ("1424953923781206.2", "json_float"),
    ] {
        assert_eq!(canonical(&format!("[{written}]")), Err(code), "{written}");
    }
    // 2^53-1 itself is the largest.
    for largest in ["[9007199254740991]", "[-9007199254740991]"] {
        assert_eq!(canonical(largest).as_deref(), Ok(largest));
    }
}

/// `structures.json` (its one fraction written as the integer it is) and `french.json`; of
/// `unicode.json` the refusal, as it holds a text that is not in NFC. 3 vectors.
#[test]
fn test_data_of_the_schemes_author() {
    let structures = r#"{ "1": {"f": {"f": "hi","F": 5} ,"\n": 56}, "10": { }, "": "empty",
        "a": { }, "111": [ { } ], "A": { } }"#;
    let written = concat!(
        r#"{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"#,
        r#""10":{},"111":[{}],"A":{},"a":{}}"#
    );
    assert_eq!(canonical(structures).as_deref(), Ok(written));
    let french = r#"{"sin": 4, "pêche": 3, "péché": 2, "peach": 1}"#;
    let written = r#"{"peach":1,"péché":2,"pêche":3,"sin":4}"#;
    assert_eq!(canonical(french).as_deref(), Ok(written));
    let unicode = "{\"Unnormalized Unicode\":\"A\u{30a}\"}";
    assert_eq!(canonical(unicode), Err("json_not_nfc"));
}
