//! Registration number of 15 digits (注册号, GB/T 17710, MOD 11,10).

/// Whether 15 digits are a registration number with a right check digit.
#[must_use]
pub fn is_registration_number(text: &str) -> bool {
    if text.len() != 15 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let mut product = 10;
    for digit in text.bytes().take(14).map(|b| u32::from(b - b'0')) {
        let sum = (product + digit) % 10;
        product = if sum == 0 { 10 } else { sum } * 2 % 11;
    }
    let last = text.bytes().last().map_or(0, |b| u32::from(b - b'0'));
    (product + last) % 10 == 1
}

#[cfg(test)]
mod tests {
    use super::is_registration_number;

    #[test]
    fn published_numbers_pass_and_neighbours_fail() {
        for number in ["440301103097413", "110108012660422"] {
            assert!(is_registration_number(number), "{number}");
            for wrong in ('0'..='9').filter(|d| !number.ends_with(*d)) {
                assert!(!is_registration_number(&format!(
                    "{}{wrong}",
                    &number[..14]
                )));
            }
        }
    }
}
