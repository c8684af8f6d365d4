//! Portal: what every page knows of its request: the language, the place in time, the way to
//! other pages.

use axum::http::{HeaderMap, Uri, header};
use domain::day::{Day, Instant};
use domain::event::Visibility;
use ledger::{AsOf, Clock, Known, SystemClock};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::look::View;
use crate::shape::{self, Ground};

const DAY_MILLIS: i64 = 86_400_000;
/// Asia/Shanghai is eight hours ahead, all year.
const SHANGHAI_MILLIS: i64 = 8 * 3_600_000;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Zh,
    En,
}

/// What a page knows of its request.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    tongue: Tongue,
    /// The language stands in the address, so that links keep it.
    chosen: bool,
    path: String,
    /// What was asked for besides the language.
    asked: Vec<(String, String)>,
    pub(super) today: Day,
    /// The legal date asked for.
    pub(super) on: Option<Day>,
    /// The day asked for by whose end something was known.
    pub(super) as_of: Option<Day>,
}

impl Frame {
    /// Reads language and path; no place in time yet, so that errors have a frame too.
    pub(super) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
        let mut asked = pairs.map(|q| q.0).unwrap_or_default();
        let lang = asked.iter().find(|(name, _)| name == "lang");
        let chosen = match lang.map(|(_, value)| value.as_str()) {
            Some("zh") => Some(Tongue::Zh),
            Some("en") => Some(Tongue::En),
            _ => None,
        };
        asked.retain(|(name, value)| name != "lang" && !value.is_empty());
        let header = headers.get(header::ACCEPT_LANGUAGE);
        let header = header.and_then(|v| v.to_str().ok()).unwrap_or_default();
        Self {
            tongue: chosen.unwrap_or_else(|| preferred(header)),
            chosen: chosen.is_some(),
            path: uri.path().to_owned(),
            asked,
            today: SystemClock.now().day_in_shanghai(),
            on: None,
            as_of: None,
        }
    }

    /// Takes the place in time that is asked for. A form sends empty fields too.
    pub(super) fn at(mut self, ask: &Ask) -> Result<Self, Problem> {
        let day = |name: &str| match ask.text(name) {
            None | Some("") => Ok(None),
            Some(_) => ask.day(name),
        };
        (self.on, self.as_of) = (day("on")?, day("as_of")?);
        Ok(self)
    }

    /// From where the page looks: as the public, by default on today's legal date, or on the day
    /// whose knowledge is asked for.
    pub(super) fn view(&self) -> View {
        let known = self.as_of.map_or(Known::Now, |day| {
            let end = (i64::from(day.unix_days()) + 1) * DAY_MILLIS - SHANGHAI_MILLIS - 1;
            Known::Time(Instant::from_millis(u64::try_from(end).unwrap_or(0)))
        });
        View {
            as_of: AsOf {
                known,
                on: Some(self.day()),
            },
            reader: Visibility::Public,
        }
    }

    /// The legal date of the page.
    pub(super) fn day(&self) -> Day {
        self.on.or(self.as_of).unwrap_or(self.today)
    }

    /// Whether the page looks at another day than today, or by other knowledge than now's.
    pub(super) fn is_past(&self) -> bool {
        self.day() != self.today || self.as_of.is_some()
    }

    pub(super) fn en(&self) -> bool {
        self.tongue == Tongue::En
    }

    /// The language tag of the page.
    pub(super) fn lang(&self) -> &'static str {
        if self.en() { "en" } else { "zh-Hans" }
    }

    /// What stands in the address as `lang`, where it does.
    pub(super) fn kept_lang(&self) -> Option<&'static str> {
        self.chosen.then_some(if self.en() { "en" } else { "zh" })
    }

    /// The words in the page's language.
    pub(super) fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.en() { en } else { zh }
    }

    /// The words in the page's language; what has only Chinese words is told in Chinese.
    pub(super) fn either<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        let en = if en.is_empty() { zh } else { en };
        self.say(zh, en)
    }

    /// A word of a closed list.
    pub(super) fn word(&self, field: &str, word: &str) -> String {
        let told = shape::word(field, word).unwrap_or(word);
        if self.en() {
            word.replace('_', " ")
        } else {
            told.to_owned()
        }
    }

    /// A coded ground; its code where the rule has no words for it.
    pub(super) fn ground(&self, ground: &Ground) -> String {
        let told = if self.en() { &ground.en } else { &ground.zh };
        told.clone().unwrap_or_else(|| self.breach(&ground.code))
    }

    /// A breach: in the words of the authority's own list, where it is one of these.
    pub(super) fn breach(&self, code: &str) -> String {
        let known = BREACHES.iter().find(|(known, _)| *known == code);
        match (self.en(), known) {
            (false, Some((_, zh))) => (*zh).to_owned(),
            (true, Some(_)) => code.replace('_', " "),
            (_, None) => code.to_owned(),
        }
    }

    /// An article as people write it: `Art 23(5)` is 第23条(5).
    pub(super) fn article(&self, article: &str) -> String {
        let bare = article.strip_prefix("Arts ");
        match bare.or_else(|| article.strip_prefix("Art ")) {
            Some(bare) if !self.en() => {
                let end = bare.find('(').unwrap_or(bare.len());
                let (number, part) = bare.split_at(end);
                format!("第{number}条{part}")
            }
            _ => article.to_owned(),
        }
    }

    /// The address of a page, with the language and the place in time kept.
    pub(super) fn link(&self, path: &str) -> String {
        let mut pairs = Vec::new();
        pairs.extend(self.on.map(|day| ("on", day.to_string())));
        pairs.extend(self.as_of.map(|day| ("as_of", day.to_string())));
        self.address(path, &pairs)
    }

    /// The address of a page that shows only now, with the language kept.
    pub(super) fn link_now(&self, path: &str) -> String {
        self.address(path, &[])
    }

    /// The address of a thing's page: `/operators/…`.
    pub(super) fn to(&self, kind: &str, id: &str) -> String {
        self.link(&format!("/{kind}/{}", encoded(id)))
    }

    /// The address of a thing's page that shows only now.
    pub(super) fn to_now(&self, kind: &str, id: &str) -> String {
        self.link_now(&format!("/{kind}/{}", encoded(id)))
    }

    /// This page in the other language.
    pub(super) fn switched(&self) -> String {
        let other = if self.en() { "zh" } else { "en" };
        let mut query = self.query();
        query.push(format!("lang={other}"));
        format!("{}?{}", self.path, query.join("&"))
    }

    /// This page behind a cursor.
    pub(super) fn behind(&self, cursor: &str) -> String {
        let mut query = self.query();
        query.retain(|pair| !pair.starts_with("cursor="));
        query.push(format!("cursor={}", encoded(cursor)));
        query.extend(self.kept_lang().map(|lang| format!("lang={lang}")));
        format!("{}?{}", self.path, query.join("&"))
    }

    fn query(&self) -> Vec<String> {
        let pairs = self.asked.iter();
        pairs
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect()
    }

    fn address(&self, path: &str, pairs: &[(&str, String)]) -> String {
        let pairs = pairs.iter().map(|(name, v)| format!("{name}={v}"));
        let mut query: Vec<String> = pairs.collect();
        query.extend(self.kept_lang().map(|lang| format!("lang={lang}")));
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", query.join("&"))
        }
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The language that a browser would have first; Chinese where it says nothing of either.
fn preferred(header: &str) -> Tongue {
    let mut best = (Tongue::Zh, 0);
    for part in header.split(',') {
        let mut words = part.split(';');
        let tag = words.next().unwrap_or_default().trim().to_ascii_lowercase();
        let tongue = match tag.split('-').next() {
            Some("zh") => Tongue::Zh,
            Some("en") => Tongue::En,
            _ => continue,
        };
        let weight = words.find_map(|w| w.trim().strip_prefix("q=").map(thousandths));
        let weight = weight.unwrap_or(1_000);
        if weight > best.1 {
            best = (tongue, weight);
        }
    }
    best.0
}

/// A weight of RFC 9110, `0` to `1` with three decimals at most, in thousandths.
fn thousandths(text: &str) -> u32 {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let rest: String = rest.chars().chain("000".chars()).take(3).collect();
    let whole: u32 = whole.parse().unwrap_or(0);
    (whole.min(1) * 1_000 + rest.parse::<u32>().unwrap_or(0)).min(1_000)
}

/// Breaches of the authorities' own lists that are seen most.
const BREACHES: &[(&str, &str)] = &[
    ("counterfeit", "以假充真"),
    ("fake_transactions", "组织虚假交易"),
    ("false_advertising", "虚假宣传"),
    ("licence_not_shown", "未公示营业执照信息"),
    ("trademark", "侵犯注册商标专用权"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_s_first_language_of_both_is_taken() {
        for (header, tongue) in [
            ("", Tongue::Zh),
            ("fr-FR, fr;q=0.9", Tongue::Zh),
            ("en-GB,en;q=0.9,zh;q=0.8", Tongue::En),
            ("en;q=0.3, zh-CN;q=0.75", Tongue::Zh),
            ("de, en;q=0.5", Tongue::En),
            ("en;q=0", Tongue::Zh),
        ] {
            assert_eq!(preferred(header), tongue, "{header}");
        }
    }

    #[test]
    fn articles_read_as_people_write_them() {
        let of = |uri: &str| Frame::of(&uri.parse().unwrap(), &HeaderMap::new());
        let (zh, en) = (of("/"), of("/?lang=en"));
        assert_eq!(zh.article("Art 23(5)"), "第23条(5)");
        assert_eq!(zh.article("Arts 5-11"), "第5-11条");
        assert_eq!(zh.article("三（二）2"), "三（二）2");
        assert_eq!(en.article("Art 23(5)"), "Art 23(5)");
        assert_eq!(en.link("/lists"), "/lists?lang=en");
        assert_eq!(zh.switched(), "/?lang=en");
    }
}
