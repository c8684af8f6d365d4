//! Organisation code (组织机构代码, GB 11714).

/// Whether nine characters are an organisation code with a right check character.
#[must_use]
pub fn is_org_code(text: &str) -> bool {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let Some((body, [check])) = text.as_bytes().split_first_chunk::<8>() else {
        return false;
    };
    let mut sum = 0;
    for (byte, weight) in body.iter().zip(WEIGHTS) {
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            _ => return false,
        };
        sum += u32::from(value) * weight;
    }
    match 11 - sum % 11 {
        10 => *check == b'X',
        11 => *check == b'0',
        digit => u32::from(*check) == u32::from(b'0') + digit,
    }
}
