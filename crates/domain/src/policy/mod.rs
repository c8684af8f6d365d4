//! Domain ground: the law as data. A [`Pack`] holds the dated rules of one instrument (法规); the
//! [`Book`] holds the packs that the authority adopted, and answers which rule was in force on a
//! day. No number of the law stands in code.

mod book;
mod pack;

pub use book::{Book, BookError, NoRule, RuleRef};
pub use pack::{
    Confidence, Instrument, Pack, PackCalendar, PackError, PackId, Rule, Text, pack_schema,
};

/// The packs that come with the product, in the order of adoption: nation before county, earlier
/// instruments before later ones.
///
/// # Errors
/// [`PackError`] where a pack is damaged.
pub fn builtin() -> Result<Vec<Pack>, PackError> {
    BUILTIN.iter().map(|text| Pack::parse(text)).collect()
}

macro_rules! packs {
    ($($name:literal),* $(,)?) => {
        [$(include_str!(concat!("../../../../schemas/policy/", $name, ".json"))),*]
    };
}

const BUILTIN: &[&str] = &packs![
    "calendar-cn-2015-2026",
    "cn-abnormal-list",
    "cn-serious-list",
    "cn-complaints-order-20",
    "cn-complaints-order-121",
    "cn-reports-order-20",
    "cn-reports-order-121",
    "cn-administrative-licensing-law",
    "cn-e-commerce-law",
    "cn-network-trading-order-37",
    "cn-market-entity-registration",
    "county-registration",
    "cn-credit-repair-2021-3",
    "cn-credit-classes",
    "cn-credit-repair-order-36",
    "local-credit-weights",
    "cn-coercion-law",
    "cn-penalty-law-1996",
    "cn-penalty-law",
    "cn-penalty-procedure",
    "cn-penalty-hearing",
    "cn-penalty-publication-2014",
    "cn-penalty-publication",
    "local-penalty",
    "local-exposure",
    "local-shop",
    "local-leads",
    "cn-product-quality-law",
    "cn-food-recall",
    "cn-consumer-goods-recall",
    "local-goods",
    "local-risk",
    "cn-data-sharing",
    "cn-penalty-assistance",
    "local-sharing",
    "local-plan",
    "local-award",
    "local-guidance",
];
