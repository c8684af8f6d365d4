//! Goods: its events in sentences, and its part of an operator's standing.

use super::{Goods, GoodsEvent};
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &GoodsEvent, telling: &Telling<'_>) -> Text {
    let (due, late) = (telling.due(), telling.late());
    let batch = payload.batch();
    let said = match payload {
        GoodsEvent::BatchRegistered(p) => say(
            format!("登记批次{batch}：{}", p.product),
            format!("batch {batch} registered: {}", p.product),
        ),
        GoodsEvent::Supplied(p) => say(
            format!("批次{batch}由{}供给{}，{}件", p.from, p.to, p.units),
            format!(
                "batch {batch}: {} units from {} to {}",
                p.units, p.from, p.to
            ),
        ),
        GoodsEvent::Offered(p) => say(
            format!("批次{batch}上架：{}", p.site),
            format!("batch {batch} offered at {}", p.site),
        ),
        GoodsEvent::OfferEnded(p) => say(
            format!("批次{batch}下架：{}", p.site),
            format!("batch {batch} taken down at {}", p.site),
        ),
        GoodsEvent::Sampled(p) => say(
            format!("抽取批次{batch}样品{}", p.sample),
            format!("sample {} of batch {batch} taken", p.sample),
        ),
        GoodsEvent::Tested(p) if p.failed.is_empty() => say(
            format!("批次{batch}样品{}检验合格", p.sample),
            format!("sample {} of batch {batch} passed its test", p.sample),
        ),
        GoodsEvent::Tested(p) => {
            let items: Vec<&str> = p.failed.iter().map(String::as_str).collect();
            say(
                format!("批次{batch}样品{}不合格：{}", p.sample, items.join("、")),
                format!(
                    "sample {} of batch {batch} failed its test: {}",
                    p.sample,
                    items.join(", ")
                ),
            )
        }
        GoodsEvent::ResultTold(p) => say(
            format!("告知批次{batch}样品{}的检验结果", p.sample),
            format!(
                "told of the result for sample {} of batch {batch}",
                p.sample
            ),
        ),
        GoodsEvent::RetestAsked(p) => say(
            format!("申请复检批次{batch}样品{}", p.sample),
            format!("retest asked for: sample {} of batch {batch}", p.sample),
        ),
        GoodsEvent::RecallOrdered(p) => say(
            format!("{}召回批次{batch}：{}", p.operator, p.reason),
            format!("{} recalls batch {batch}: {}", p.operator, p.reason),
        ),
        GoodsEvent::RecallReported(p) => say(
            format!("批次{batch}召回{}件", p.units),
            format!("{} units of batch {batch} recovered", p.units),
        ),
        GoodsEvent::RecallClosed(p) => {
            let outcome = telling.code(&p.code);
            say(
                format!("批次{batch}召回结束：{}", outcome.zh),
                format!("recall of batch {batch} closed: {}", outcome.en),
            )
        }
    };
    say(
        format!("{}{}{}", said.zh, late.zh, due.zh),
        format!("{}{}{}", said.en, late.en, due.en),
    )
}

impl Goods {
    /// Failed tests that stand, and recalls that run.
    pub(crate) fn in_words(&self, out: &mut Vec<Text>) {
        match self.failed() {
            0 => {}
            1 => out.push(say("1批次检验不合格", "1 failed test")),
            n => out.push(say(
                format!("{n}批次检验不合格"),
                format!("{n} failed tests"),
            )),
        }
        match self.open_recalls() {
            0 => {}
            1 => out.push(say("1批次召回中", "1 recall runs")),
            n => out.push(say(format!("{n}批次召回中"), format!("{n} recalls run"))),
        }
    }
}
