//! Shapes: cases (案件) and penalties (行政处罚). Sums are in fen.

use domain::areas::enforcement;
use domain::day::Day;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;
use super::{Clock, Lens, Rule, word_of};

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Case {
    /// Its number.
    pub case: String,
    /// The operator, where the party is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Whether the party is a natural person, whose name is sealed.
    pub person: bool,
    /// The department that handles it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Where it stands.
    pub stage: String,
    /// Day of the last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// The breach.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cause: String,
    /// The reports and leads that it came of, `kind:id`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub came_of: Vec<String>,
    /// Day on which the lead was received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<Day>,
    /// Day on which it was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_opened: Option<Day>,
    /// Numbers of the officers who handle it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub handled_by: Vec<String>,
    /// How many pieces of evidence are on record.
    pub evidence: u64,
    /// Measures taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// Notice of an intended penalty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// The decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Code of the ground on which no case was opened.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// How it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closing: Option<String>,
    /// The deadlines that run, each as it was computed last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// A measure (行政强制措施).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Measure {
    /// Its id within the case.
    pub id: String,
    /// What kind.
    pub measure: String,
    /// Day on which it was taken.
    pub from: Day,
    /// Day on which it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Day>,
    /// Last day of its term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// The term was extended.
    pub extended: bool,
}

/// Notice of an intended penalty (行政处罚告知).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Notice {
    /// Day of service.
    pub on: Day,
    /// What is intended.
    pub sanctions: Vec<Sanction>,
    /// What became of the right of statement (陈述申辩).
    pub statement: String,
    /// What became of the right to a hearing (听证).
    pub hearing: String,
}

/// One penalty of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sanction {
    /// What kind.
    pub sanction: String,
    /// The sum or value, in fen.
    pub fen: u64,
    /// The licence, the goods or the trade.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub what: String,
    /// Last day of a suspension or restriction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
}

/// The decision of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decision {
    /// Number of the document.
    pub document: String,
    /// `ordinary` or `summary`.
    pub procedure: String,
    /// Day of the decision.
    pub on: Day,
    /// The law that it rests on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub basis: String,
    /// The penalties.
    pub sanctions: Vec<Sanction>,
    /// Day of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub served: Option<Day>,
    /// What is owed and paid.
    pub account: Account,
    /// Day on which it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Day>,
    /// Whether there is a duty to publish.
    pub to_publish: bool,
    /// Day of publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Day>,
    /// Last day of publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown_until: Option<Day>,
    /// Day on which publication ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication_ended: Option<Day>,
}

/// What a decision makes the party owe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Account {
    /// The fine.
    pub fine_fen: u64,
    /// Confiscated gains.
    pub gains_fen: u64,
    /// Late fee accrued.
    pub late_fee_fen: u64,
    /// Paid towards all of it.
    pub paid_fen: u64,
    /// Last day for payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
}

/// A case on its operator's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CaseLine {
    /// Its number.
    pub case: String,
    /// The breach.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cause: String,
    /// Where it stands.
    pub stage: String,
    /// Day of the last change of stage.
    pub since: Day,
    /// How it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closing: Option<String>,
}

/// A penalty on its operator's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Penalty {
    /// The case's number.
    pub case: String,
    /// The breach.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cause: String,
    /// Number of the decision.
    pub document: String,
    /// Day of the decision.
    pub decided: Day,
    /// The penalties.
    pub sanctions: Vec<Sanction>,
    /// Who decided.
    pub authority: String,
    /// Whether all that was owed is paid, or the case closed as executed.
    pub performed: bool,
    /// Day on which it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Day>,
    /// Day of publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Day>,
    /// Last day of publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown_until: Option<Day>,
    /// Day on which publication ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication_ended: Option<Day>,
    /// Came in with another authority's file.
    pub imported: bool,
    /// The rule behind its publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// Positions of the events that made it what it is.
    pub seqs: Vec<u64>,
}

impl Case {
    /// The shape of a case.
    #[must_use]
    pub fn of(number: &str, state: &enforcement::Case, lens: &Lens<'_>) -> Self {
        let measures = state.measures.iter().map(|m| Measure {
            id: m.id.clone(),
            measure: word_of(&m.kind),
            from: m.taken,
            ended: m.ended.as_ref().map(|(day, _)| *day),
            due: m.clock.as_ref().map(|clock| clock.due),
            extended: m.extended,
        });
        Self {
            case: number.to_owned(),
            operator: state.operator.map(|code| code.to_string()),
            person: state.person,
            department: state.department.map(|code| code.to_string()),
            stage: state.stage.name().to_owned(),
            since: state.since,
            cause: state.cause.clone(),
            came_of: state.came_of.iter().map(ToString::to_string).collect(),
            lead: state.lead,
            case_opened: state.opened,
            handled_by: state.officers.iter().cloned().collect(),
            evidence: state.evidence.len() as u64,
            measures: measures.collect(),
            notice: state.notice.as_ref().map(|n| Notice {
                on: n.on,
                sanctions: Sanction::all(&n.penalties),
                statement: word_of(&n.statement),
                hearing: word_of(&n.hearing),
            }),
            decision: state.decision.as_ref().map(Decision::of),
            code: state.declined.clone(),
            closing: state.closing.as_ref().map(word_of),
            clocks: state.clocks.values().map(|c| Clock::of(c, lens)).collect(),
            late_days: state.late_days,
        }
    }
}

impl Sanction {
    fn all(penalties: &[enforcement::Penalty]) -> Vec<Self> {
        let shape = |p: &enforcement::Penalty| Self {
            sanction: p.kind.name().to_owned(),
            fen: p.fen,
            what: p.what.clone(),
            to: p.until,
        };
        penalties.iter().map(shape).collect()
    }
}

impl Decision {
    fn of(decision: &enforcement::Decision) -> Self {
        let account = &decision.account;
        let paid = [account.gains_paid_fen, account.late_fee_paid_fen];
        Self {
            document: decision.document.clone(),
            procedure: word_of(&decision.procedure),
            on: decision.on,
            basis: decision.basis.clone(),
            sanctions: Sanction::all(&decision.penalties),
            served: decision.served,
            account: Account {
                fine_fen: account.fine_fen,
                gains_fen: account.gains_fen,
                late_fee_fen: account.late_fee_fen,
                paid_fen: paid
                    .into_iter()
                    .fold(account.fine_paid_fen, u64::saturating_add),
                due: account.due,
            },
            revoked: decision.revoked,
            to_publish: decision.to_publish,
            published: decision.published,
            shown_until: decision.shown_until,
            publication_ended: decision.publication_ended,
        }
    }
}

impl CaseLine {
    pub(super) fn all(state: &enforcement::Sanctions) -> Vec<Self> {
        let shape = |c: &enforcement::CaseMark| Self {
            case: c.case.clone(),
            cause: c.cause.clone(),
            stage: c.stage.name().to_owned(),
            since: c.since,
            closing: c.closing.as_ref().map(word_of),
        };
        state.cases.iter().map(shape).collect()
    }
}

impl Penalty {
    pub(super) fn all(state: &enforcement::Sanctions, lens: &Lens<'_>) -> Vec<Self> {
        let shape = |p: &enforcement::Penalised| Self {
            case: p.case.clone(),
            cause: p.cause.clone(),
            document: p.document.clone(),
            decided: p.decided,
            sanctions: Sanction::all(&p.penalties),
            authority: p.authority.clone(),
            performed: p.performed,
            revoked: p.revoked,
            published: p.published,
            shown_until: p.shown_until,
            publication_ended: p.publication_ended,
            imported: p.imported,
            rule: (!p.rule.is_empty()).then(|| lens.rule(&p.rule, p.decided)),
            seqs: p.seqs.clone(),
        };
        state.penalties.iter().map(shape).collect()
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("account", "款项", "account"),
    Label::new("came_of", "来源", "came of"),
    Label::new("case", "案件编号", "case"),
    Label::new("case_opened", "立案", "case opened"),
    Label::new("cases", "案件", "cases"),
    Label::new("clocks", "期限", "deadlines"),
    Label::new("closing", "结案方式", "closed as"),
    Label::new("decided", "决定日期", "decided"),
    Label::new("decision", "处罚决定", "decision"),
    Label::new("evidence", "证据件数", "pieces of evidence"),
    Label::new("fen", "金额（分）", "sum in fen"),
    Label::new("fine_fen", "罚款（分）", "fine in fen"),
    Label::new("gains_fen", "没收违法所得（分）", "gains in fen"),
    Label::new("handled_by", "承办人员", "handled by"),
    Label::new("hearing", "听证", "hearing"),
    Label::new("late_fee_fen", "加处罚款（分）", "late fee in fen"),
    Label::new("lead", "线索", "lead"),
    Label::new("measure", "措施", "measure"),
    Label::new("measures", "强制措施", "measures"),
    Label::new("notice", "处罚告知", "notice"),
    Label::new("paid_fen", "已缴（分）", "paid in fen"),
    Label::new("penalties", "行政处罚", "penalties"),
    Label::new("performed", "履行完毕", "performed"),
    Label::new("person", "自然人", "natural person"),
    Label::new("procedure", "程序", "procedure"),
    Label::new("publication_ended", "停止公示", "publication ended"),
    Label::new("published", "公示", "published"),
    Label::new("sanction", "处罚种类", "penalty"),
    Label::new("sanctions", "处罚内容", "penalties"),
    Label::new("served", "送达", "served"),
    Label::new("shown_until", "公示至", "shown until"),
    Label::new("statement", "陈述申辩", "statement"),
    Label::new("to_publish", "应当公示", "to be published"),
    Label::new("what", "标的", "what"),
    Label::word("procedure", "ordinary", "普通程序"),
    Label::word("procedure", "summary", "简易程序"),
    Label::word("stage", "lead", "核查"),
    Label::word("stage", "not_opened", "不予立案"),
    Label::word("stage", "investigation", "调查"),
    Label::word("stage", "noticed", "已告知"),
    Label::word("stage", "decided", "已决定"),
    Label::word("stage", "transferred", "已移送"),
    Label::word("stage", "closed", "已结案"),
    Label::word("sanction", "warning", "警告"),
    Label::word("sanction", "criticism", "通报批评"),
    Label::word("sanction", "fine", "罚款"),
    Label::word("sanction", "confiscate_gains", "没收违法所得"),
    Label::word("sanction", "confiscate_goods", "没收非法财物"),
    Label::word("sanction", "suspend_licence", "暂扣许可证件"),
    Label::word("sanction", "downgrade", "降低资质等级"),
    Label::word("sanction", "revoke_licence", "吊销许可证件"),
    Label::word("sanction", "revoke_business_licence", "吊销营业执照"),
    Label::word("sanction", "restrict_business", "限制开展生产经营活动"),
    Label::word("sanction", "halt_business", "责令停产停业"),
    Label::word("sanction", "close_down", "责令关闭"),
    Label::word("sanction", "bar_from_trade", "限制从业"),
];
