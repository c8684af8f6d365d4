//! Exposure: what an entry may hold, and what of it is shown.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use url::Url;

use super::source::Found;
use super::{Entry, Part, Show, Site};
use crate::ident::find_personal_value;
use crate::policy::{RuleRef, Text};
use crate::refusal::Refusal;

/// The longest id of an entry, in bytes.
const ENTRY_ID_MAX: usize = 32;
/// The longest text, in characters.
const TEXT_CHARS_MAX: usize = 1_000;
/// The longest address of a site, in bytes.
const URL_BYTES_MAX: usize = 500;

/// Checks an entry as drafted: its id, texts, persons and sites.
///
/// # Errors
/// `exposure.entry_id`, `exposure.text`, `exposure.personal_value`, `exposure.name_in_clear`,
/// `exposure.too_many`, `exposure.url`.
pub(super) fn check(entry: &Entry, rule: &RuleRef<'_>) -> Result<(), Refusal> {
    let fine = (1..=ENTRY_ID_MAX).contains(&entry.entry.len())
        && entry
            .entry
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if !fine {
        return Err(Refusal::new(
            "exposure.entry_id",
            format!("an entry's id has 1 to {ENTRY_ID_MAX} characters of A-Z a-z 0-9 _ -"),
            "choose such an id",
        )
        .at("data.entry.entry"));
    }
    check_text(&entry.breach, "data.entry.breach")?;
    for (what, count) in [
        ("persons", entry.persons.len()),
        ("sites", entry.sites.len()),
    ] {
        let most = rule.amount(&format!("{what}_max"))?;
        if i64::try_from(count).unwrap_or(i64::MAX) > most {
            return Err(Refusal::new(
                "exposure.too_many",
                format!("an entry holds at most {most} {what}"),
                "leave some out, or make two entries of it",
            )
            .by_rule(rule)
            .at(format!("data.entry.{what}")));
        }
    }
    if entry.persons.iter().any(|name| !is_masked(name)) {
        return Err(Refusal::new(
            "exposure.name_in_clear",
            "a natural person is shown with the family name and 某 alone",
            "write 张某 or 欧阳某某, or leave the person out",
        )
        .by_rule(rule)
        .at("data.entry.persons"));
    }
    for site in &entry.sites {
        normalise(&site.url)?;
        let named = site.name.chars().count() <= TEXT_CHARS_MAX;
        if !named || find_personal_value(&site.name).is_some() {
            return Err(personal("data.entry.sites"));
        }
    }
    Ok(())
}

/// Checks a text that will be public: the Chinese is there, it is not too long, no number of a
/// person stands in it.
///
/// # Errors
/// `exposure.text`, `exposure.personal_value`.
pub(super) fn check_text(text: &Text, field: &str) -> Result<(), Refusal> {
    let long = |t: &str| t.chars().count() > TEXT_CHARS_MAX;
    if text.zh.trim().is_empty() || long(&text.zh) || long(&text.en) {
        return Err(Refusal::new(
            "exposure.text",
            format!("a text has a Chinese wording and at most {TEXT_CHARS_MAX} characters"),
            "write it, or shorten it",
        )
        .at(field));
    }
    if [&text.zh, &text.en]
        .iter()
        .any(|t| find_personal_value(t).is_some())
    {
        return Err(personal(field));
    }
    Ok(())
}

/// A family name of one or two characters and one or two 某.
fn is_masked(name: &str) -> bool {
    let family = name.trim_end_matches('某');
    let masks = name.chars().count() - family.chars().count();
    let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) && c != '某';
    (1..=2).contains(&masks)
        && (1..=2).contains(&family.chars().count())
        && family.chars().all(chinese)
}

/// One spelling of a site's address: WHATWG URL, without a fragment.
///
/// # Errors
/// `exposure.url`, `exposure.personal_value`.
fn normalise(text: &str) -> Result<String, Refusal> {
    let wrong = |what: &str| {
        Refusal::new(
            "exposure.url",
            what,
            "give the address as a browser shows it, without a user in it",
        )
        .at("data.entry.sites")
    };
    let mut url = Url::parse(text.trim()).map_err(|e| wrong(&format!("a site's address: {e}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("a site's address begins with http:// or https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("a site's address names a user or a password"));
    }
    url.set_fragment(None);
    let plain = percent_decode_str(url.as_str()).decode_utf8_lossy();
    if find_personal_value(&plain).is_some() {
        return Err(personal("data.entry.sites"));
    }
    if url.as_str().len() > URL_BYTES_MAX {
        return Err(wrong(&format!(
            "a site's address has more than {URL_BYTES_MAX} bytes"
        )));
    }
    Ok(url.into())
}

fn personal(field: &str) -> Refusal {
    Refusal::new(
        "exposure.personal_value",
        "the number of a phone or an identity document would be published",
        "leave it out",
    )
    .at(field)
}

/// What the public sees of a checked entry.
///
/// # Errors
/// `exposure.url`, where the entry was not checked before.
pub(super) fn shown(
    bulletin: &str,
    entry: &Entry,
    name: String,
    found: &Found,
    correction: &str,
) -> Result<Show, Refusal> {
    let (persons, sites) = (!entry.persons.is_empty(), !entry.sites.is_empty());
    let exists = |part: &Part| match part {
        Part::Persons => persons,
        Part::Sites => sites,
        Part::Document => true,
    };
    let hidden: BTreeSet<Part> = entry.hide.iter().copied().filter(exists).collect();
    let open = |part| !hidden.contains(&part);
    let mut show = Show {
        breach: entry.breach.clone(),
        bulletin: bulletin.to_owned(),
        correction: correction.to_owned(),
        decided_by: found.authority.clone(),
        document: String::new(),
        entry: entry.entry.clone(),
        name,
        operator: entry.operator,
        persons: Vec::new(),
        sites: Vec::new(),
        source: entry.source.kind,
        source_seq: found.seq,
        hidden: BTreeSet::new(),
    };
    if open(Part::Document) {
        show.document.clone_from(&entry.source.id);
    }
    if open(Part::Persons) {
        show.persons.clone_from(&entry.persons);
    }
    if open(Part::Sites) {
        for site in &entry.sites {
            show.sites.push(Site {
                name: site.name.clone(),
                url: normalise(&site.url)?,
            });
        }
    }
    show.hidden = hidden;
    Ok(show)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_spelling() {
        for (given, kept) in [
            (
                "HTTPS://Shop.Example.CN:443/a/../b?id=7#top",
                "https://shop.example.cn/b?id=7",
            ),
            (
                "http://例子.中国/店",
                "http://xn--fsqu00a.xn--fiqs8s/%E5%BA%97",
            ),
        ] {
            assert_eq!(normalise(given).unwrap(), kept);
        }
        for (given, code) in [
            ("shop.example.cn", "exposure.url"),
            ("ftp://shop.example.cn/", "exposure.url"),
            ("https://li:secret@shop.example.cn/", "exposure.url"),
            (
                "https://shop.example.cn/%31%33900000000",
                "exposure.personal_value",
            ),
        ] {
            assert_eq!(normalise(given).unwrap_err().code, code, "{given}");
        }
    }

    #[test]
    fn persons_are_masked() {
        for good in ["张某", "张某某", "欧阳某"] {
            assert!(is_masked(good), "{good}");
        }
        for bad in ["张三", "某", "某某某", "张", "Zhang某", "张三丰某", ""] {
            assert!(!is_masked(bad), "{bad}");
        }
    }
}
