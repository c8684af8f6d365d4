//! Shapes: what operators share.

use std::collections::BTreeMap;

use domain::trace;
use schemars::JsonSchema;
use serde::Serialize;

use super::labels::Label;

/// A trace from one operator outwards, or from one to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Trace {
    /// Operators reached, the first one among them, the nearest first; of a trace outwards.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reached: Vec<Reached>,
    /// What joins them; of a trace to another what both share themselves.
    pub shared: Vec<Shared>,
    /// The shortest paths to the other operator.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<Path>,
    /// Operators that were met and not followed, as the bound was reached.
    pub left_out: u64,
}

/// One operator of a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reached {
    /// Its credit code.
    pub operator: String,
    /// Its registered name.
    pub name: String,
    /// Steps from where the trace began.
    pub distance: u32,
}

/// One path from an operator to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Path {
    /// Steps from operator to operator.
    pub distance: u64,
    /// The operators in order.
    pub hops: Vec<Hop>,
}

/// One operator of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hop {
    /// Its credit code.
    pub operator: String,
    /// Its registered name.
    pub name: String,
    /// What joins it to the one before.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub through: String,
    /// As people read it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub described: String,
}

/// Something that several operators share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shared {
    /// What joins them: a subject, `kind:id`, or `sealed:` and the beginning of a commitment.
    pub through: String,
    /// What it is: `address`, `shop`, `host`, `platform`, the kind of a matter that names both; of
    /// sealed values `phone`, `resident_id`, `home_address`, `name`. Equal names may be two
    /// persons'.
    pub kind: String,
    /// As people read it; of a sealed value the fields that hold it.
    pub described: String,
    /// How many operators share it in all.
    pub total: u64,
    /// Those of this trace, by credit code.
    pub among: Vec<String>,
}

impl Trace {
    /// The shape of a trace.
    #[must_use]
    pub fn of(trace: &trace::Trace) -> Self {
        let reached = trace.operators.iter().map(|(code, reached)| Reached {
            operator: code.clone(),
            name: reached.name.clone(),
            distance: reached.steps,
        });
        let mut reached: Vec<Reached> = reached.collect();
        reached.sort_by(|a, b| (a.distance, &a.operator).cmp(&(b.distance, &b.operator)));
        Self {
            reached,
            shared: Shared::all(&trace.shared),
            paths: Vec::new(),
            left_out: trace.left_out,
        }
    }

    /// The shape of what joins two operators.
    #[must_use]
    pub fn between(joined: &trace::Joined) -> Self {
        let hop = |hop: &trace::Hop| Hop {
            operator: hop.operator.clone(),
            name: hop.name.clone(),
            through: hop.through.clone(),
            described: hop.text.clone(),
        };
        let path = |path: &Vec<trace::Hop>| Path {
            distance: path.len().saturating_sub(1) as u64,
            hops: path.iter().map(hop).collect(),
        };
        Self {
            reached: Vec::new(),
            shared: Shared::all(&joined.shared),
            paths: joined.paths.iter().map(path).collect(),
            left_out: joined.left_out,
        }
    }
}

impl Shared {
    fn all(shared: &BTreeMap<String, trace::Shared>) -> Vec<Self> {
        let shape = |(through, shared): (&String, &trace::Shared)| Self {
            through: through.clone(),
            kind: shared.kind.to_owned(),
            described: shared.text.clone(),
            total: shared.total,
            among: shared.operators.iter().cloned().collect(),
        };
        shared.iter().map(shape).collect()
    }
}

pub(super) const LABELS: &[Label] = &[
    Label::new("among", "其中", "among"),
    Label::new("described", "内容", "described"),
    Label::new("distance", "步数", "distance"),
    Label::new("hops", "路径", "by way of"),
    Label::new("kind", "种类", "kind"),
    Label::new("left_out", "未展开", "left out"),
    Label::new("paths", "关联路径", "paths"),
    Label::new("reached", "关联经营者", "reached"),
    Label::new("shared", "共有", "shared"),
    Label::new("through", "经由", "through"),
    Label::new("total", "共计", "total"),
    Label::word("kind", "address", "地址"),
    Label::word("kind", "case", "案件"),
    Label::word("kind", "complaint", "投诉"),
    Label::word("kind", "home_address", "住址（封存）"),
    Label::word("kind", "host", "地址提供者"),
    Label::word("kind", "name", "姓名（封存）"),
    Label::word("kind", "phone", "电话（封存）"),
    Label::word("kind", "platform", "平台"),
    Label::word("kind", "resident_id", "证件号（封存）"),
    Label::word("kind", "shop", "网店"),
];
