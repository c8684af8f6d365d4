//! Registration: its events in sentences, and its part of an operator's standing.

use super::{EndKind, Registration, RegistrationEvent};
use crate::day::Day;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &RegistrationEvent, _: &Telling<'_>) -> Text {
    match payload {
        RegistrationEvent::Granted(p) => say(
            format!("准予登记：{}，{}", p.name, p.address),
            format!("registered as {}, {}", p.name, p.address),
        ),
        RegistrationEvent::Imported(p) => say(
            format!("归集登记信息：{}", p.name),
            format!("registration of {} imported", p.name),
        ),
        RegistrationEvent::Changed(p) => match (&p.name, &p.scope) {
            (Some(name), None) => say(
                format!("名称变更为{name}"),
                format!("name changed to {name}"),
            ),
            (Some(name), Some(_)) => say(
                format!("名称变更为{name}，并变更经营范围"),
                format!("name changed to {name}, scope changed"),
            ),
            (None, _) => say("变更经营范围", "scope changed"),
        },
        RegistrationEvent::Ended(p) => ending(p.kind),
        RegistrationEvent::AddressAttached(p) => say(
            format!("增加地址：{}", p.address),
            format!("address attached: {}", p.address),
        ),
        RegistrationEvent::AddressDetached(p) => say(
            format!("减少地址：{}", p.address),
            format!("address detached: {}", p.address),
        ),
    }
}

fn ending(kind: EndKind) -> Text {
    match kind {
        EndKind::Cancelled => say("注销登记", "registration cancelled"),
        EndKind::Revoked => say("吊销营业执照", "licence revoked"),
    }
}

impl Registration {
    /// Whether it is registered, how it ended, and from how many addresses it works.
    pub(crate) fn in_words(&self, day: Day, out: &mut Vec<Text>) {
        match self.ended {
            _ if self.stands_on(day) => out.push(say("存续", "registered")),
            Some((kind, on)) if on <= day => out.push(ending(kind)),
            _ => return,
        }
        let addresses = self.addresses.iter().filter(|s| s.stands_on(day)).count();
        if addresses > 1 {
            out.push(say(
                format!("一照{addresses}址"),
                format!("{addresses} addresses"),
            ));
        }
    }
}
