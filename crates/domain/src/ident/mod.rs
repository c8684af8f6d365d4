//! Domain ground: identifiers and their check digits, and what must never be written in clear.

mod address;
mod credit_code;
mod org_code;
mod personal;
mod reg_no;
mod sameness;
mod shop_address;

pub use address::{AddressId, normalise_address};
pub use credit_code::{CreditCode, CreditCodeError, OperatorKind};
pub use org_code::is_org_code;
pub use personal::{PersonalKind, find_personal_value, is_resident_id, mask_id, mask_phone};
pub use reg_no::is_registration_number;
pub use sameness::Sameness;
pub use shop_address::{
    Host, Hosts, MiniProgramme, OnPlatform, ShopAddress, ShopAddressError, ShopId, ShopIn,
    ShopPlace,
};
