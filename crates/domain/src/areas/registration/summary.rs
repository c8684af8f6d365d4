//! Registration: its events in sentences, and its part of an operator's standing.

use super::{AddressUse, ApplicationKind, Change, EndKind, Registration, RegistrationEvent};
use crate::day::Day;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &RegistrationEvent, telling: &Telling<'_>) -> Text {
    let said = match payload {
        RegistrationEvent::Applied(p) => application(p.kind, &p.application),
        RegistrationEvent::Routed(p) => say(
            format!(
                "申请{}送{}个部门并联审批",
                p.application,
                p.departments.len()
            ),
            format!(
                "application {} routed to {} departments",
                p.application,
                p.departments.len()
            ),
        ),
        RegistrationEvent::StepOpened(p) => say(
            format!("部门{}开始审批申请{}", p.department, p.application),
            format!("{} began its step of {}", p.department, p.application),
        ),
        RegistrationEvent::StepApproved(p) => say(
            format!("部门{}同意申请{}", p.department, p.application),
            format!("{} approved {}", p.department, p.application),
        ),
        RegistrationEvent::StepReturned(p) => say(
            format!(
                "部门{}退回申请{}：{}",
                p.department, p.application, p.reason
            ),
            format!("{} returned {}: {}", p.department, p.application, p.reason),
        ),
        RegistrationEvent::StepResubmitted(p) => say(
            format!("申请{}补正后再送部门{}", p.application, p.department),
            format!("{} mended, again with {}", p.application, p.department),
        ),
        RegistrationEvent::Extended(p) => say(
            format!("延长申请{}的办理期限", p.application),
            format!("term for deciding {} lengthened", p.application),
        ),
        RegistrationEvent::Refused(p) => {
            let ground = telling.code(&p.code);
            say(
                format!("不予登记{}：{}", p.application, ground.zh),
                format!("{} refused: {}", p.application, ground.en),
            )
        }
        RegistrationEvent::Withdrawn(p) => say(
            format!("撤回申请{}", p.application),
            format!("application {} withdrawn", p.application),
        ),
        RegistrationEvent::Granted(p) => say(
            format!("准予登记：{}，{}", p.name, p.address),
            format!("registered as {}, {}", p.name, p.address),
        ),
        RegistrationEvent::Imported(p) => say(
            format!("归集登记信息：{}", p.name),
            format!("registration of {} imported", p.name),
        ),
        RegistrationEvent::ChangeImported(p) => say(
            format!("归集变更信息：{}", p.name),
            format!("change of {} imported", p.name),
        ),
        RegistrationEvent::Changed(p) => change(p),
        RegistrationEvent::ChangeShown(_) => say("已更新公示变更信息", "the change is shown"),
        RegistrationEvent::Suspended(p) => {
            let cause = telling.code(&p.cause);
            say(
                format!("歇业至{}：{}", p.to, cause.zh),
                format!("business suspended until {}: {}", p.to, cause.en),
            )
        }
        RegistrationEvent::Resumed(_) => say("恢复营业", "business goes on"),
        RegistrationEvent::Ended(p) => ending(p.kind),
        RegistrationEvent::AddressAttached(p) => say(
            format!("增加{}：{}", of_use(p.r#use).zh, p.address),
            format!("{} attached: {}", of_use(p.r#use).en, p.address),
        ),
        RegistrationEvent::AddressDetached(p) => say(
            format!("减少地址：{}", p.address),
            format!("address detached: {}", p.address),
        ),
    };
    let (due, late) = (telling.due(), telling.late());
    say(
        format!("{}{}{}", said.zh, late.zh, due.zh),
        format!("{}{}{}", said.en, late.en, due.en),
    )
}

fn application(kind: ApplicationKind, number: &str) -> Text {
    let (zh, en) = match kind {
        ApplicationKind::Setup => ("设立登记", "registration"),
        ApplicationKind::Change => ("变更登记", "a change"),
        ApplicationKind::Suspension => ("歇业备案", "suspension"),
        ApplicationKind::Cancellation => ("注销登记", "cancellation"),
    };
    say(
        format!("收到{zh}申请{number}"),
        format!("application {number} for {en} received"),
    )
}

/// What changed; the new values where they are short.
fn change(p: &Change) -> Text {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    let mut told = |z: String, e: String| {
        zh.push(z);
        en.push(e);
    };
    if let Some(name) = &p.name {
        told(
            format!("名称变更为{name}"),
            format!("name changed to {name}"),
        );
    }
    if let Some(address) = &p.address {
        told(
            format!("住所变更为{address}"),
            format!("domicile moved to {address}"),
        );
    }
    for (changed, z, e) in [
        (p.scope.is_some(), "变更经营范围", "scope changed"),
        (p.division.is_some(), "变更住所区划", "division changed"),
        (p.industry.is_some(), "变更行业", "industry changed"),
        (
            p.legal_representative.is_some(),
            "变更法定代表人",
            "legal representative changed",
        ),
    ] {
        if changed {
            told(z.to_owned(), e.to_owned());
        }
    }
    say(zh.join("，"), en.join(", "))
}

fn of_use(r#use: AddressUse) -> Text {
    match r#use {
        AddressUse::Domicile => say("住所", "domicile"),
        AddressUse::BusinessPlace => say("经营场所", "business place"),
        AddressUse::Secretary => say("电子商务秘书地址", "address of a secretary"),
        AddressUse::Incubator => say("孵化基地地址", "address of an incubator"),
    }
}

fn ending(kind: EndKind) -> Text {
    match kind {
        EndKind::Cancelled => say("注销登记", "registration cancelled"),
        EndKind::Revoked => say("吊销营业执照", "licence revoked"),
        EndKind::Annulled => say("撤销登记", "registration annulled"),
    }
}

impl Registration {
    /// How it stands, from how many addresses it works, and to how many it gives one.
    pub(crate) fn in_words(&self, day: Day, out: &mut Vec<Text>) {
        let Some(status) = self.status(Some(day)) else {
            return;
        };
        match self.ends.on(day) {
            Some(kind) => out.push(ending(*kind)),
            None => out.push(say(status.zh(), status.name())),
        }
        let addresses = self.addresses_on(day).count();
        if addresses > 1 {
            out.push(say(
                format!("一照{addresses}址"),
                format!("{addresses} addresses"),
            ));
        }
        let tenants = self.tenants.iter().filter(|s| s.stands_on(day)).count();
        if tenants > 0 {
            out.push(say(
                format!("托管地址{tenants}户"),
                format!("address of {tenants} others"),
            ));
        }
    }
}
