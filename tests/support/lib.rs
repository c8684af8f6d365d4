//! What every black-box suite shares.
