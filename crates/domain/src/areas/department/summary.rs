//! Department: its events in sentences.

use super::DepartmentEvent;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &DepartmentEvent, _: &Telling<'_>) -> Text {
    match payload {
        DepartmentEvent::Established(p) => {
            say(format!("设立{}", p.name), format!("{} established", p.name))
        }
        DepartmentEvent::Dissolved(p) => say(
            format!("撤销部门{}", p.code),
            format!("department {} dissolved", p.code),
        ),
        DepartmentEvent::Renamed(p) => say(
            format!("部门{}更名为{}", p.code, p.name),
            format!("department {} renamed {}", p.code, p.name),
        ),
        DepartmentEvent::TookOver(p) => say(
            format!("部门{}承接{}的职责", p.code, p.predecessor),
            format!("department {} took over work of {}", p.code, p.predecessor),
        ),
        DepartmentEvent::Empowered(p) => say(
            format!("重新确定部门{}的职权", p.code),
            format!("capacities of department {} set anew", p.code),
        ),
        DepartmentEvent::OfficerPosted(p) => say(
            format!("工号{}到岗", p.officer),
            format!("officer {} posted", p.officer),
        ),
        DepartmentEvent::OfficerLeft(p) => say(
            format!("工号{}离岗", p.officer),
            format!("officer {} left", p.officer),
        ),
    }
}
