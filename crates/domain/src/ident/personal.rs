//! Personal values in text: found so that they can be refused, masked so that they can be shown.

/// What kind of personal value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonalKind {
    /// A mobile number of 11 digits.
    Mobile,
    /// A resident identity number of 18 characters (GB 11643).
    ResidentId,
}

/// The first personal value that stands in clear in a text. Digits inside a longer run of digits
/// or capitals (a credit code, a registration number, a hash) are not taken for one.
#[must_use]
pub fn find_personal_value(text: &str) -> Option<PersonalKind> {
    let mut runs = text.split(|c: char| !c.is_ascii_alphanumeric());
    runs.find_map(|run| match run.len() {
        11 if is_mobile(run) => Some(PersonalKind::Mobile),
        13 if run.strip_prefix("86").is_some_and(is_mobile) => Some(PersonalKind::Mobile),
        18 if is_resident_id(run) => Some(PersonalKind::ResidentId),
        _ => None,
    })
}

pub(super) fn is_mobile(run: &str) -> bool {
    let bytes = run.as_bytes();
    bytes.iter().all(u8::is_ascii_digit)
        && bytes.first() == Some(&b'1')
        && bytes.get(1).is_some_and(|second| *second >= b'3')
}

/// Whether 18 characters are a resident identity number with a birth date and a right check
/// character (GB 11643-1999). Such a number is never stored.
#[must_use]
pub fn is_resident_id(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some((body, [check])) = text.as_bytes().split_first_chunk::<17>() else {
        return false;
    };
    if !body.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let born = (text.get(6..10), text.get(10..12), text.get(12..14));
    let (Some(year), Some(month), Some(day)) = born else {
        return false;
    };
    if crate::day::Day::parse(&format!("{year}-{month}-{day}")).is_err() {
        return false;
    }
    let sum: u32 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(b, w)| u32::from(b - b'0') * w)
        .sum();
    b"10X98765432".get((sum % 11) as usize) == Some(&check.to_ascii_uppercase())
}

/// A phone number as it may be shown: 3 digits, `****`, 4 digits; `None` for what is none.
#[must_use]
pub fn mask_phone(text: &str) -> Option<String> {
    is_mobile(text).then(|| format!("{}****{}", &text[..3], &text[7..]))
}

/// An identity number as it may be shown: 6 digits, `********`, 4 characters.
#[must_use]
pub fn mask_id(text: &str) -> Option<String> {
    is_resident_id(text).then(|| format!("{}********{}", &text[..6], &text[14..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_personal_and_lets_codes_pass() {
        let found = |text| find_personal_value(text);
        assert_eq!(found("call 13900000000 today"), Some(PersonalKind::Mobile));
        assert_eq!(found("电话13900000000。"), Some(PersonalKind::Mobile));
        assert_eq!(
            found("证件11010519491231002X"),
            Some(PersonalKind::ResidentId)
        );
        assert_eq!(found("9144030071526726XG"), None);
        assert_eq!(found("440301103097413"), None);
        assert_eq!(found("110105194912310021"), None);
        assert_eq!(found("213900000000"), None);
    }

    #[test]
    fn masks_as_the_rules_say() {
        assert_eq!(mask_phone("13900001234").as_deref(), Some("139****1234"));
        assert_eq!(
            mask_id("11010519491231002X").as_deref(),
            Some("110105********002X")
        );
        assert_eq!(mask_phone("9144030071526726XG"), None);
    }
}
