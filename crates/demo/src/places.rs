//! Names and places. Persons and firms are invented; the townships are those of GB/T 2260.

use domain::ident::OperatorKind;

use crate::draw::Draws;

/// Townships of 371322 (GB/T 2260) with how many in a hundred operators are there.
pub(crate) const TOWNSHIPS: [(&str, &str, u64); 13] = [
    ("371322001", "郯城街道", 22),
    ("371322101", "马头镇", 12),
    ("371322102", "重坊镇", 7),
    ("371322103", "李庄镇", 10),
    ("371322105", "杨集镇", 6),
    ("371322107", "港上镇", 8),
    ("371322108", "高峰头镇", 5),
    ("371322109", "庙山镇", 5),
    ("371322111", "红花镇", 7),
    ("371322112", "胜利镇", 5),
    ("371322113", "花园镇", 4),
    ("371322114", "泉源镇", 4),
    ("371322203", "归昌乡", 5),
];
/// What the county sells, with the industry (GB/T 4754) of who sells it online.
const TRADES: [(&str, &str); 8] = [
    ("银杏", "5292"),
    ("柳编", "5292"),
    ("草莓", "5292"),
    ("大蒜", "5193"),
    ("琅琊草", "5292"),
    ("木业", "5193"),
    ("玩具", "5292"),
    ("茶叶", "5292"),
];
const STEMS: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
const BRANCHES: [&str; 12] = [
    "子", "丑", "寅", "卯", "辰", "巳", "午", "未", "申", "酉", "戌", "亥",
];

/// The name of a person who does not exist.
pub(crate) fn person(draws: Draws, n: u64, what: &str) -> String {
    let at = draws.number(n, what);
    let stem = STEMS.get(usize::try_from(at % 10).unwrap_or(0));
    let branch = BRANCHES.get(usize::try_from(at / 10 % 12).unwrap_or(0));
    let (stem, branch) = (stem.unwrap_or(&"甲"), branch.unwrap_or(&"子"));
    format!("{stem}{branch}某{}", at / 120 % 900 + 100)
}

/// What an operator is called, where it is and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) division: &'static str,
    pub(crate) industry: &'static str,
}

/// The face of the `n`-th operator of a county of so many.
pub(crate) fn shown(draws: Draws, n: u64, kind: OperatorKind, size: u64) -> Shown {
    let weights = TOWNSHIPS.map(|t| t.2);
    let place = draws.weighted(n, "township", &weights);
    let (division, township, _) = TOWNSHIPS.get(place).copied().unwrap_or(TOWNSHIPS[0]);
    let trade = usize::try_from(draws.below(n, "trade", 8)).unwrap_or(0);
    let (trade, industry) = TRADES.get(trade).copied().unwrap_or(TRADES[0]);
    let form = match kind {
        OperatorKind::Individual => "网店",
        OperatorKind::Cooperative => "专业合作社",
        OperatorKind::Enterprise | OperatorKind::Other => "电子商务有限公司",
    };
    // Some doors are shared: nine doors for ten operators.
    let door = draws.below(n, "door", size * 9 / 10 + 1);
    Shown {
        name: format!("郯城县{trade}{n:05}{form}"),
        address: format!("郯城县{township}电商路{door}号"),
        division,
        industry,
    }
}

/// Seven characters of the credit code's alphabet.
pub(crate) fn base31(mut n: u64) -> String {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut out = [b'0'; 7];
    for slot in out.iter_mut().rev() {
        let place = usize::try_from(n % 31).unwrap_or(0);
        *slot = ALPHABET.get(place).copied().unwrap_or(b'0');
        n /= 31;
    }
    out.iter().map(|b| char::from(*b)).collect()
}
