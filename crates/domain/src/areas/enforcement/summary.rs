//! Enforcement: its events in sentences, and its part of an operator's standing.

use super::penalty::{Penalty, PenaltyKind};
use super::{
    AppealForum, AppealOutcome, Closing, EnforcementEvent, MeasureKind, ReviewOpinion, Sanctions,
    Stage,
};
use crate::day::Day;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &EnforcementEvent, telling: &Telling<'_>) -> Text {
    let told = inquiry(payload, telling).unwrap_or_else(|| sequel(payload, telling));
    let (case, due, late) = (payload.case(), telling.due(), telling.late());
    say(
        format!("{}（{case}）{}{}", told.zh, due.zh, late.zh),
        format!("{} ({case}){}{}", told.en, due.en, late.en),
    )
}

/// What happens up to the decision; nothing for what stands in [`sequel`].
fn inquiry(payload: &EnforcementEvent, telling: &Telling<'_>) -> Option<Text> {
    use EnforcementEvent as E;
    let coded = |zh: &str, en: &str, code: &str| {
        let text = telling.code(code);
        say(format!("{zh}：{}", text.zh), format!("{en}: {}", text.en))
    };
    Some(match payload {
        E::LeadReceived(_) => say("收到违法线索", "lead received"),
        E::VerificationExtended(_) => say("延长核查期限", "verification extended"),
        E::NotOpened(p) => coded("不予立案", "no case opened", &p.code),
        E::Opened(p) => say(
            format!("立案：{}", p.cause),
            format!("case opened: {}", p.cause),
        ),
        E::EvidenceAdded(p) => coded("收集证据", "evidence added", &p.kind),
        E::MeasureTaken(p) => match p.kind {
            MeasureKind::Preservation => say("先行登记保存证据", "evidence preserved"),
            MeasureKind::SealUp => say("查封", "property sealed up"),
            MeasureKind::Seizure => say("扣押", "property seized"),
        },
        E::MeasureExtended(p) => say(
            format!("延长强制措施{}", p.measure),
            format!("measure {} extended", p.measure),
        ),
        E::MeasureLifted(p) => coded("解除强制措施", "measure lifted", &p.code),
        E::MeasureLapsed(p) => say(
            format!("措施{}自动解除", p.measure),
            format!("measure {} lapsed", p.measure),
        ),
        E::TimeExcluded(p) => say(
            format!("{}至{}不计入期限", p.from, p.to),
            format!("{} to {} left out of the term", p.from, p.to),
        ),
        E::TermExtended(_) => say("延长办案期限", "term for the decision extended"),
        E::Reviewed(p) => match p.opinion {
            ReviewOpinion::Agree => say("法制审核同意", "legal review agreed"),
            ReviewOpinion::Amend => say("法制审核退回补正", "legal review asked for amendment"),
        },
        E::NoticeServed(p) => penal("送达行政处罚告知书", "notice served of", &p.penalties),
        E::StatementMade(_) => say("当事人陈述申辩", "the party made its statement"),
        E::RightsWaived(_) => say("当事人放弃权利", "the party waived rights"),
        E::RightsLapsed(_) => say("逾期视为放弃权利", "rights lapsed unused"),
        E::HearingRequested(_) => say("当事人要求听证", "the party asked for a hearing"),
        E::HearingCalled(p) => say(
            format!("通知{}听证", p.day),
            format!("hearing called for {}", p.day),
        ),
        E::HearingHeld(_) => say("举行听证", "hearing held"),
        E::TransferredOut(p) => say(
            format!("移送{}", p.to),
            format!("case transferred to {}", p.to),
        ),
        E::TakenBack(_) => say("移送案件退回", "transferred case taken back"),
        _ => return None,
    })
}

/// What happens from the decision on.
fn sequel(payload: &EnforcementEvent, telling: &Telling<'_>) -> Text {
    use EnforcementEvent as E;
    match payload {
        E::Decided(p) => penal(
            &format!("行政处罚决定{}", p.document),
            &format!("penalty decision {}:", p.document),
            &p.penalties,
        ),
        E::PunishedOnSpot(p) => penal(
            &format!("当场处罚{}", p.document),
            &format!("penalty on the spot {}:", p.document),
            &p.penalties,
        ),
        E::DecisionImported(p) => penal(
            &format!("归集行政处罚决定{}", p.document),
            &format!("penalty decision {} imported:", p.document),
            &p.penalties(),
        ),
        E::DecisionServed(_) => say("送达行政处罚决定书", "decision served"),
        E::PaymentDeferred(p) => say(
            format!("准予暂缓缴纳至{}", p.until),
            format!("payment put off until {}", p.until),
        ),
        E::PaymentRecorded(p) => {
            let yuan = yuan(
                p.fine_fen
                    .saturating_add(p.gains_fen)
                    .saturating_add(p.late_fee_fen),
            );
            say(format!("缴纳{yuan}元"), format!("{yuan} yuan paid"))
        }
        E::PaymentOverdue(_) => {
            let fee = telling.event.derived.number("late_fee_fen").unwrap_or(0);
            let fee = yuan(fee.unsigned_abs());
            say(
                format!("逾期未缴罚款，加处罚款{fee}元"),
                format!("fine overdue, late fee {fee} yuan so far"),
            )
        }
        E::AppealRecorded(p) => match p.forum {
            AppealForum::Reconsideration => say("申请行政复议", "reconsideration begun"),
            AppealForum::Litigation => say("提起行政诉讼", "litigation begun"),
        },
        E::AppealEnded(p) => match p.outcome {
            AppealOutcome::Upheld => say("复议诉讼维持处罚", "appeal ended: upheld"),
            AppealOutcome::Withdrawn => say("撤回复议诉讼", "appeal withdrawn"),
            AppealOutcome::Changed => say("复议诉讼变更处罚", "appeal ended: to be changed"),
            AppealOutcome::Revoked => say("复议诉讼撤销处罚", "appeal ended: revoked"),
        },
        E::DecisionRevoked(p) => say(
            format!("撤销行政处罚决定：{}", p.reason),
            format!("penalty decision revoked: {}", p.reason),
        ),
        E::DecisionChanged(p) => penal("变更行政处罚决定", "penalty changed to", &p.penalties),
        E::DecisionCorrected(p) => say(
            format!("补正行政处罚决定：{}", p.reason),
            format!("penalty decision corrected: {}", p.reason),
        ),
        E::SentToPortal(_) => say("报送双公示信息", "sent to the credit portal"),
        E::Forwarded(p) => say(
            format!("推送{}公示", p.to),
            format!("forwarded to {} for publication", p.to),
        ),
        E::Published(_) => say("公示行政处罚信息", "penalty published"),
        E::PublicationEndedEarly(_) => say("提前停止公示", "publication ended early"),
        E::PublicationEnded(_) => say("公示期满停止公示", "publication ended by term"),
        E::PublicationResumed(_) => say("恢复公示，重新计算期限", "publication begins anew"),
        E::Closed(p) => {
            let text = telling.code(closing(p.closing));
            say(
                format!("结案：{}", text.zh),
                format!("case closed: {}", text.en),
            )
        }
        E::LeadReceived(_)
        | E::VerificationExtended(_)
        | E::NotOpened(_)
        | E::Opened(_)
        | E::EvidenceAdded(_)
        | E::MeasureTaken(_)
        | E::MeasureExtended(_)
        | E::MeasureLifted(_)
        | E::MeasureLapsed(_)
        | E::TimeExcluded(_)
        | E::TermExtended(_)
        | E::Reviewed(_)
        | E::NoticeServed(_)
        | E::StatementMade(_)
        | E::RightsWaived(_)
        | E::RightsLapsed(_)
        | E::HearingRequested(_)
        | E::HearingCalled(_)
        | E::HearingHeld(_)
        | E::TransferredOut(_)
        | E::TakenBack(_) => say("办理案件", "a step of the case"),
    }
}

/// The code of a way to close in the rule that lists them.
pub(super) const fn closing(closing: Closing) -> &'static str {
    match closing {
        Closing::Executed => "executed",
        Closing::NoPenalty => "no_penalty",
        Closing::Unfounded => "unfounded",
        Closing::Transferred => "transferred",
        Closing::PartyGone => "party_gone",
        Closing::DecisionRevoked => "decision_revoked",
    }
}

fn penal(zh: &str, en: &str, penalties: &[Penalty]) -> Text {
    let one = |p: &Penalty| {
        let title = p.kind.title();
        match (p.kind.has_value() && p.fen > 0, p.until) {
            (true, _) => say(
                format!("{}{}元", title.zh, yuan(p.fen)),
                format!("{} of {} yuan", title.en, yuan(p.fen)),
            ),
            (false, Some(last)) => say(
                format!("{}至{last}", title.zh),
                format!("{} until {last}", title.en),
            ),
            (false, None) => title,
        }
    };
    let all: Vec<Text> = penalties.iter().map(one).collect();
    let join =
        |pick: fn(&Text) -> &str, with: &str| all.iter().map(pick).collect::<Vec<_>>().join(with);
    say(
        format!("{zh}：{}", join(|t| &t.zh, "、")),
        format!("{en} {}", join(|t| &t.en, ", ")),
    )
}

/// Fen as yuan, with the fen behind the point where there are some.
fn yuan(fen: u64) -> String {
    match (fen / 100, fen % 100) {
        (yuan, 0) => yuan.to_string(),
        (yuan, rest) => format!("{yuan}.{rest:02}"),
    }
}

impl PenaltyKind {
    /// What people call it.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Warning => say("警告", "warning"),
            Self::Criticism => say("通报批评", "public criticism"),
            Self::Fine => say("罚款", "fine"),
            Self::ConfiscateGains => say("没收违法所得", "confiscation of gains"),
            Self::ConfiscateGoods => say("没收非法财物", "confiscation of goods"),
            Self::SuspendLicence => say("暂扣许可证件", "suspension of a licence"),
            Self::Downgrade => say("降低资质等级", "lower grade of qualification"),
            Self::RevokeLicence => say("吊销许可证件", "revocation of a licence"),
            Self::RevokeBusinessLicence => {
                say("吊销营业执照", "revocation of the business licence")
            }
            Self::RestrictBusiness => say("限制开展生产经营活动", "restriction of business"),
            Self::HaltBusiness => say("责令停产停业", "halt of business"),
            Self::CloseDown => say("责令关闭", "closing down"),
            Self::BarFromTrade => say("限制从业", "bar from the trade"),
        }
    }
}

impl Sanctions {
    /// Cases that run, and penalties that are in effect and published or still owed.
    pub(crate) fn in_words(&self, day: Day, out: &mut Vec<Text>) {
        let runs =
            |stage: Stage| matches!(stage, Stage::Lead | Stage::Investigation | Stage::Noticed);
        let open = self.cases.iter().filter(|c| runs(c.stage)).count();
        if open > 0 {
            out.push(say(
                format!("{open}件案件在办"),
                format!("{open} cases under way"),
            ));
        }
        for penalty in self.penalties.iter().filter(|p| p.is_in_effect_on(day)) {
            let shown = penalty.published.is_some_and(|from| from <= day)
                && penalty.hidden_from().is_none_or(|end| day < end);
            // Of an imported one nobody knows whether it is performed.
            let state = match (penalty.performed || penalty.imported, shown) {
                (true, false) => continue,
                (true, true) if penalty.imported => say("公示中", "published"),
                (true, true) => say("已履行，公示中", "performed, published"),
                (false, true) => say("未履行完毕，公示中", "not performed yet, published"),
                (false, false) => say("未履行完毕", "not performed yet"),
            };
            out.push(say(
                format!("行政处罚{}：{}", penalty.document, state.zh),
                format!("penalty {}: {}", penalty.document, state.en),
            ));
        }
    }
}
