//! Shop: its events in sentences, and its part of an operator's standing.

use super::{ClosedWhy, FoundHow, ShopEvent, Shops};
use crate::day::Day;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &ShopEvent, telling: &Telling<'_>) -> Text {
    let said = match payload {
        ShopEvent::Declared(p) => say(
            format!("申报网店{}（{}）", p.name, p.address.told()),
            format!("shop {} declared at {}", p.name, p.address.told()),
        ),
        ShopEvent::Found(p) => {
            let (zh, en) = match p.how {
                FoundHow::Online => ("线上搜索", "online"),
                FoundHow::Offline => ("线下排查", "on the spot"),
            };
            say(
                format!("{zh}发现网店{}（{}）", p.name, p.address.told()),
                format!("shop {} found {en} at {}", p.name, p.address.told()),
            )
        }
        ShopEvent::Matched(p) => say(
            format!("认定网店{}的经营者：{}", p.address.told(), p.ground),
            format!("shop {} matched: {}", p.address.told(), p.ground),
        ),
        ShopEvent::NameVerified(p) => say(
            format!("网店{}实名核验", p.address.told()),
            format!("real name behind {} verified", p.address.told()),
        ),
        ShopEvent::MarkIssued(p) => say(
            format!("核发电子标识{}（{}）", p.mark, p.address.told()),
            format!("identity mark {} issued to {}", p.mark, p.address.told()),
        ),
        ShopEvent::MarkRevoked(p) => {
            let ground = telling.code(&p.code);
            say(
                format!("收回电子标识{}：{}", p.mark, ground.zh),
                format!("identity mark {} revoked: {}", p.mark, ground.en),
            )
        }
        ShopEvent::Closed(p) => {
            let (zh, en) = match p.why {
                ClosedWhy::ByItself => ("自行关闭", "by itself"),
                ClosedWhy::ByPlatform => ("平台关闭", "by its platform"),
                ClosedWhy::Ordered => ("责令关闭", "by order"),
                ClosedWhy::Vanished => ("不再经营", "nobody is there"),
            };
            say(
                format!("网店{}{zh}", p.address.told()),
                format!("shop {} closed {en}", p.address.told()),
            )
        }
        ShopEvent::TurnoverReported(p) => say(
            format!(
                "网店{}{}年交易额{}元",
                p.address.told(),
                p.year,
                yuan(p.turnover_fen)
            ),
            format!(
                "shop {} traded {} yuan in {}",
                p.address.told(),
                yuan(p.turnover_fen),
                p.year
            ),
        ),
        ShopEvent::LimitExceeded(p) => say(
            format!(
                "{}年各网店交易额合计{}元，超过免予登记的限额",
                p.year,
                yuan(p.turnover_fen)
            ),
            format!(
                "all shops traded {} yuan in {}, beyond what needs no registration",
                yuan(p.turnover_fen),
                p.year
            ),
        ),
        ShopEvent::PlatformRegistered(p) => say(
            format!("平台{}入库", p.name),
            format!("platform {} registered", p.name),
        ),
        ShopEvent::PlatformReported(p) => say(
            format!(
                "平台{}报送{}：经营者{}户",
                p.platform, p.period, p.operators
            ),
            format!(
                "{} reported {} operators for {}",
                p.platform, p.operators, p.period
            ),
        ),
        ShopEvent::PlatformSilent(p) => say(
            format!("平台{}逾期未报送{}", p.platform, p.period),
            format!("{} did not report for {}", p.platform, p.period),
        ),
        ShopEvent::PlatformLeft(p) => say(
            format!("平台{}终止服务", p.platform),
            format!("platform {} ended its service", p.platform),
        ),
    };
    let (due, late) = (telling.due(), telling.late());
    say(
        format!("{}{}{}", said.zh, late.zh, due.zh),
        format!("{}{}{}", said.en, late.en, due.en),
    )
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen.rem_euclid(100))
}

impl Shops {
    /// How many shops it runs, how many of them nobody verified, and in which years they were
    /// beyond the exemption together.
    pub(crate) fn in_words(&self, day: Day, out: &mut Vec<Text>) {
        let run = self.run_on(day).count();
        if run > 0 {
            out.push(say(format!("网店{run}家"), format!("{run} shops")));
        }
        let unclear = self
            .run_on(day)
            .filter(|(_, held)| held.verified.is_none_or(|v| day < v));
        let unclear = unclear.count();
        if unclear > 0 {
            out.push(say(
                format!("{unclear}家网店未实名核验"),
                format!("{unclear} shops not verified"),
            ));
        }
        for (year, moved) in &self.years {
            if moved.is_over() && moved.exceeded.is_some_and(|on| on <= day) {
                out.push(say(
                    format!("{year}年交易额超过免予登记的限额"),
                    format!("traded beyond the exemption in {year}"),
                ));
            }
        }
    }
}
