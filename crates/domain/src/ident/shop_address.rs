//! Shop addresses (网店地址): one spelling of where a shop is found, so that it is found again.
//!
//! A page on a platform's host and the same shop under the platform's own number are one shop: the
//! [`Hosts`] of the known platforms say which.

use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::address::narrow;
use super::find_personal_value;

/// The longest part of a shop address that is read, in bytes.
const PART_BYTES_MAX: usize = 500;

/// Where a shop is found (网址、平台店铺号、应用程序、小程序).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShopAddress {
    /// A page of its own or on a platform, as a browser shows it.
    Url(String),
    /// A shop's number or name on a platform.
    Platform(OnPlatform),
    /// An app (应用程序), by its package or bundle id.
    App(String),
    /// A mini-programme (小程序) inside an app.
    MiniProgramme(MiniProgramme),
}

/// A shop on a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnPlatform {
    /// The platform's id in the ledger, as `taobao`.
    pub platform: String,
    /// The shop's number or name there.
    pub shop: String,
}

/// A mini-programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MiniProgramme {
    /// Its id inside the carrier.
    pub app: String,
    /// The app that carries it, as `wechat`.
    pub carrier: String,
}

/// A host of a platform, and where its pages carry the shop's number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// The host, as `taobao.com`; what stands before it in a page's host belongs to it too.
    pub host: String,
    /// Name of the query's value, where `shop_in` is `query`; empty else.
    #[serde(default)]
    pub name: String,
    /// Where the number stands.
    pub shop_in: ShopIn,
}

/// Where a page's address carries the shop's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShopIn {
    /// The part before the platform's host: `shop123.example.com`.
    Subdomain,
    /// The last part of the path, without an ending like `.html`.
    Path,
    /// A value of the query.
    Query,
}

/// The hosts of known platforms, each with the platform's id.
pub type Hosts = BTreeMap<String, (String, Host)>;

/// A shop by its normalised address: 32 hex digits of
/// `BLAKE3.derive_key("regledger 2026 shop v1", normalised address)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShopId(String);

impl ShopId {
    /// The id of a normalised address.
    #[must_use]
    pub fn of(place: &ShopPlace) -> Self {
        let hash = blake3::derive_key("regledger 2026 shop v1", place.text.as_bytes());
        Self(hash.iter().take(16).map(|b| format!("{b:02x}")).collect())
    }

    /// The 32 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ShopId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A normalised shop address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopPlace {
    /// `url:…`, `platform:ID/SHOP`, `app:…` or `mini_programme:CARRIER/APP`.
    pub text: String,
    /// The platform's id, where the shop is on one.
    pub platform: Option<String>,
}

/// Why a text is no address of a shop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShopAddressError {
    /// Not the address of a page.
    #[error("a shop's page begins with http:// or https:// and names a host, no user")]
    Url,
    /// An empty, long or foreign part.
    #[error("a part of a shop's address is empty, too long, or holds blanks or a slash")]
    Part,
    /// A phone or identity number stands in it.
    #[error("a shop's address holds a phone or identity number in clear")]
    Personal,
}

impl ShopAddress {
    /// Reads an address as people write it: a page, `PLATFORM/SHOP`, `app:ID`, or
    /// `mini_programme:CARRIER/APP`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if let Some(app) = text.strip_prefix("app:") {
            return Self::App(app.to_owned());
        }
        let (mini, rest) = match text.strip_prefix("mini_programme:") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        match rest.split_once('/').filter(|_| !text.contains("://")) {
            Some((carrier, app)) if mini => Self::MiniProgramme(MiniProgramme {
                app: app.to_owned(),
                carrier: carrier.to_owned(),
            }),
            Some((platform, shop)) => Self::Platform(OnPlatform {
                platform: platform.to_owned(),
                shop: shop.to_owned(),
            }),
            None => Self::Url(text.to_owned()),
        }
    }

    /// The one spelling of this address.
    ///
    /// Pages: without scheme, `www.`, default port, fragment, trailing slash and the values by
    /// which visits are counted (`utm_…`, `spm`, `scm`), the other values of the query in order.
    ///
    /// # Errors
    /// [`ShopAddressError`].
    pub fn normalise(&self, hosts: &Hosts) -> Result<ShopPlace, ShopAddressError> {
        let place = match self {
            Self::Url(text) => page(text, hosts)?,
            Self::Platform(p) => on_platform(&part(&p.platform)?, &p.shop)?,
            Self::App(app) => ShopPlace {
                text: format!("app:{}", part(app)?),
                platform: None,
            },
            Self::MiniProgramme(m) => ShopPlace {
                text: format!("mini_programme:{}/{}", part(&m.carrier)?, part(&m.app)?),
                platform: None,
            },
        };
        let plain = percent_decode_str(&place.text).decode_utf8_lossy();
        if find_personal_value(&plain).is_some() {
            return Err(ShopAddressError::Personal);
        }
        Ok(place)
    }

    /// The address as people read it.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::Url(url) => url.trim().to_owned(),
            Self::Platform(p) => format!("{}/{}", p.platform, p.shop),
            Self::App(app) => format!("app {app}"),
            Self::MiniProgramme(m) => format!("{} {}", m.carrier, m.app),
        }
    }
}

fn on_platform(platform: &str, shop: &str) -> Result<ShopPlace, ShopAddressError> {
    Ok(ShopPlace {
        text: format!("platform:{platform}/{}", part(shop)?),
        platform: Some(platform.to_owned()),
    })
}

/// A part in one spelling: narrow, in lower case, without blanks around it.
fn part(text: &str) -> Result<String, ShopAddressError> {
    let text: String = text.trim().chars().map(narrow).collect();
    let text = text.to_lowercase();
    let fine = (1..=PART_BYTES_MAX).contains(&text.len())
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '/');
    if fine {
        Ok(text)
    } else {
        Err(ShopAddressError::Part)
    }
}

fn page(text: &str, hosts: &Hosts) -> Result<ShopPlace, ShopAddressError> {
    let url = Url::parse(text.trim()).map_err(|_| ShopAddressError::Url)?;
    let web = matches!(url.scheme(), "http" | "https");
    let nobody = url.username().is_empty() && url.password().is_none();
    let host = url.host_str().filter(|h| web && nobody && !h.is_empty());
    let host = host.ok_or(ShopAddressError::Url)?.trim_end_matches('.');
    if let Some((platform, shop)) = shop_of(&url, host, hosts) {
        return on_platform(&platform, &shop);
    }
    let mut text = format!("url:{}", host.strip_prefix("www.").unwrap_or(host));
    if let Some(port) = url.port() {
        text.push_str(&format!(":{port}"));
    }
    text.push_str(url.path().trim_end_matches('/'));
    let mut values: Vec<String> = url
        .query_pairs()
        .filter(|(name, _)| !counts_visits(name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    values.sort();
    if !values.is_empty() {
        text.push('?');
        text.push_str(&values.join("&"));
    }
    if text.len() > PART_BYTES_MAX {
        return Err(ShopAddressError::Part);
    }
    Ok(ShopPlace {
        text,
        platform: None,
    })
}

fn counts_visits(name: &str) -> bool {
    name.starts_with("utm_") || matches!(name, "spm" | "scm")
}

/// Platform and number of the shop that a page belongs to, where its host is a platform's.
fn shop_of(url: &Url, host: &str, hosts: &Hosts) -> Option<(String, String)> {
    let mut rest = host;
    let (platform, rule) = loop {
        if let Some(found) = hosts.get(rest) {
            break found;
        }
        rest = rest.split_once('.')?.1;
    };
    let shop = match rule.shop_in {
        ShopIn::Subdomain => {
            let before = host.strip_suffix(rest)?.trim_end_matches('.');
            before.strip_prefix("www.").unwrap_or(before).to_owned()
        }
        ShopIn::Path => {
            let last = url.path_segments()?.rfind(|part| !part.is_empty())?;
            last.split('.').next().unwrap_or(last).to_owned()
        }
        ShopIn::Query => {
            let mut values = url.query_pairs();
            values.find(|(name, _)| *name == rule.name)?.1.into_owned()
        }
    };
    (!shop.is_empty() && shop != "www").then(|| (platform.clone(), shop))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        let of = |host: &str, shop_in, name: &str| {
            let rule = Host {
                host: host.to_owned(),
                name: name.to_owned(),
                shop_in,
            };
            (host.to_owned(), ("market".to_owned(), rule))
        };
        Hosts::from([
            of("market.example", ShopIn::Subdomain, ""),
            of("mall.market.example", ShopIn::Path, ""),
            of("m.market.example", ShopIn::Query, "shop_id"),
        ])
    }

    #[test]
    fn one_shop_in_many_spellings() {
        for (one, other) in [
            (
                "https://www.Shop.example/a/?b=2&a=1&utm_source=x#top",
                "url:shop.example/a?a=1&b=2",
            ),
            ("http://shop.example:80/", "url:shop.example"),
            ("http://shop.example:8080/", "url:shop.example:8080"),
            ("https://s12.market.example/x", "platform:market/s12"),
            (
                "https://mall.market.example/index-12.html?spm=1",
                "platform:market/index-12",
            ),
            (
                "https://m.market.example/p?shop_id=S12&x=1",
                "platform:market/s12",
            ),
            // The platform's own front page is no shop of its.
            ("https://www.market.example/", "url:market.example"),
        ] {
            let place = ShopAddress::Url(one.to_owned()).normalise(&hosts());
            assert_eq!(place.unwrap().text, other);
        }
        for text in [
            "market/ S12",
            "https://s12.market.example/",
            "app:com.Example",
            "mini_programme:WeChat/wx1",
        ] {
            let place = ShopAddress::read(text).normalise(&hosts()).unwrap();
            let whole = [
                "platform:market/s12",
                "app:com.example",
                "mini_programme:wechat/wx1",
            ];
            assert!(whole.contains(&place.text.as_str()), "{}", place.text);
        }
        let number = ShopAddress::Platform(OnPlatform {
            platform: "Market".to_owned(),
            shop: " Ｓ12".to_owned(),
        });
        let place = number.normalise(&hosts()).unwrap();
        let page = ShopAddress::Url("https://s12.market.example/".to_owned());
        assert_eq!(
            ShopId::of(&place),
            ShopId::of(&page.normalise(&hosts()).unwrap())
        );
        assert_eq!(place.platform.as_deref(), Some("market"));
    }

    #[test]
    fn what_is_no_shop_is_told() {
        for (text, error) in [
            ("shop.example", ShopAddressError::Url),
            ("ftp://shop.example", ShopAddressError::Url),
            ("https://li:x@shop.example", ShopAddressError::Url),
            (
                "https://shop.example/13900000000",
                ShopAddressError::Personal,
            ),
            (
                "https://shop.example/%31%3339000%30%3000",
                ShopAddressError::Personal,
            ),
        ] {
            let found = ShopAddress::Url(text.to_owned()).normalise(&hosts());
            assert_eq!(found.unwrap_err(), error, "{text}");
        }
        let app = ShopAddress::App("com example".to_owned());
        assert_eq!(app.normalise(&hosts()).unwrap_err(), ShopAddressError::Part);
    }
}
