use super::*;
use crate::areas::registration::{Address, AddressUse, Registration, Stay};
use crate::areas::shop::{Held, Shop, Shops};
use crate::dated::Dated;
use crate::entity::Operator;
use crate::sealed::Sealed;
use crate::shared::Shared;
use crate::world::operator_subject;

const CODES: [&str; 5] = [
    "9144030071526726XG",
    "91330100799655058B",
    "91110000802100433B",
    "914403001922038216",
    "91110108551385082Q",
];

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn stay(key: &str, until: Option<&str>) -> Stay {
    Stay {
        key: key.to_owned(),
        text: String::new(),
        r#use: AddressUse::Domicile,
        host: None,
        from: day("2026-01-01"),
        until: until.map(day),
    }
}

fn commitment(n: u8) -> Commitment {
    Commitment(chain::hash::Hash::from_bytes([n; 32]))
}

/// 0 and 1 share address `a` (1 only until March), 1 and 2 share `b`; 2 ran shop `s` until
/// 2026-02-01, since then 3 runs it; 3 and 4 have the same legal representative, 4 only until May.
struct County;

impl County {
    fn stays(n: usize) -> Vec<Stay> {
        match n {
            0 => vec![stay("a", None)],
            1 => vec![stay("a", Some("2026-03-01")), stay("b", None)],
            2 => vec![stay("b", None)],
            _ => Vec::new(),
        }
    }

    fn shops(n: usize) -> Shops {
        let mut runs = Dated::default();
        match n {
            2 => {
                runs.set(day("2026-01-01"), true);
                runs.set(day("2026-02-01"), false);
            }
            3 => runs.set(day("2026-02-01"), true),
            _ => return Shops::default(),
        }
        let held = Held {
            platform: Some("market".to_owned()),
            runs,
            ..Held::default()
        };
        Shops {
            held: BTreeMap::from([("s".to_owned(), held)]),
            ..Shops::default()
        }
    }

    fn representatives(n: usize) -> Dated<Sealed> {
        let mut held = Dated::default();
        if n >= 3 {
            let n = u8::try_from(n).unwrap();
            held.set(day("2026-01-01"), Sealed(commitment(n)));
            if n == 4 {
                held.set(day("2026-05-01"), Sealed(commitment(99)));
            }
        }
        held
    }
}

impl Eyes for County {
    type Error = ();

    fn entity(&mut self, subject: &Subject) -> Result<Option<Entity>, ()> {
        Ok(match subject.kind() {
            Kind::Operator => {
                let n = CODES.iter().position(|code| *code == subject.id());
                n.map(|n| {
                    let operator = Operator {
                        registration: Shared::from(Registration {
                            addresses: Self::stays(n),
                            representatives: Self::representatives(n),
                            ..Registration::default()
                        }),
                        shops: Self::shops(n).into(),
                        ..Operator::default()
                    };
                    Entity::Operator(operator.into())
                })
            }
            Kind::Shop => {
                let mut shop = Shop::default();
                for (n, from) in [(2, "2026-01-01"), (3, "2026-02-01")] {
                    let who = operator_subject(CODES[n].parse().unwrap());
                    shop.holders.set(day(from), Some(who));
                }
                Some(Entity::Shop(shop.into()))
            }
            _ => {
                let all = CODES.iter().enumerate();
                let there = all.flat_map(|(n, code)| {
                    let here = Self::stays(n).into_iter();
                    here.filter(|s| s.key == subject.id()).map(|s| Stay {
                        key: (*code).to_owned(),
                        ..s
                    })
                });
                Some(Entity::Address(Box::new(Address {
                    text: subject.id().to_owned(),
                    operators: there.collect(),
                })))
            }
        })
    }

    fn sealed(&mut self, operator: &Subject) -> Result<Vec<SealedLink>, ()> {
        if ![CODES[3], CODES[4]].contains(&operator.id()) {
            return Ok(Vec::new());
        }
        let place = |n: usize| Place {
            seq: n as u64,
            on: day("2026-01-01"),
            visibility: Visibility::Public,
            field: "legal_representative".to_owned(),
            commitment: commitment(u8::try_from(n).unwrap()),
            subjects: vec![operator_subject(CODES[n].parse().unwrap())],
        };
        Ok(vec![SealedLink {
            id: "00".to_owned(),
            kind: "name",
            places: vec![place(3), place(4)],
        }])
    }

    fn matters(&mut self, operator: &Subject) -> Result<BTreeSet<Subject>, ()> {
        let one = Subject::parse("complaint:1").unwrap();
        let own = Subject::parse(&format!("complaint:{}", operator.id())).unwrap();
        Ok(BTreeSet::from([one, own]))
    }
}

#[track_caller]
fn check(
    start: usize,
    on: Option<&str>,
    depth_max: u32,
    most: usize,
    expected: &[usize],
    left_out: u64,
) {
    let bounds = Bounds {
        depth_max,
        operators_max: most,
    };
    let on = on.map(day);
    let found = trace(CODES[start].parse().unwrap(), on, bounds, &mut County);
    let found = found.unwrap().unwrap();
    let mut codes: Vec<&str> = expected.iter().map(|n| CODES[*n]).collect();
    codes.sort_unstable();
    assert_eq!(found.operators.keys().collect::<Vec<_>>(), codes);
    assert_eq!(found.left_out, left_out);
}

#[test]
fn neighbours_are_found_as_far_as_the_bounds_let() {
    check(0, None, 1, 10, &[0, 1], 0);
    check(0, None, 2, 10, &[0, 1, 2], 0);
    check(0, Some("2026-02-28"), 2, 10, &[0, 1, 2], 0);
    check(0, Some("2026-03-01"), 2, 10, &[0], 0);
    check(0, None, 2, 1, &[0], 1);
    // Over the shop that moved, and over the sealed name.
    check(0, None, 4, 10, &[0, 1, 2, 3, 4], 0);
    check(2, Some("2026-02-15"), 4, 10, &[0, 1, 2], 0);
    check(3, Some("2026-04-30"), 1, 10, &[3, 4], 0);
    check(3, Some("2026-05-01"), 1, 10, &[3], 0);
    check(4, Some("2026-05-01"), 1, 10, &[4], 0);
}

/// The operators of each path, by their numbers.
fn paths(from: usize, to: usize, on: Option<&str>, bounds: PathBounds) -> (Vec<Vec<usize>>, u64) {
    let code = |n: usize| CODES[n].parse().unwrap();
    let found = joined(code(from), code(to), on.map(day), bounds, &mut County);
    let found = found.unwrap().unwrap();
    let number = |hop: &Hop| CODES.iter().position(|code| *code == hop.operator).unwrap();
    let paths = found.paths.iter();
    let paths = paths.map(|path| path.iter().map(number).collect());
    (paths.collect(), found.left_out)
}

#[test]
fn the_shortest_paths_are_found_within_the_bounds() {
    let bounds = PathBounds::default();
    assert_eq!(paths(0, 1, None, bounds).0, [[0, 1]]);
    assert_eq!(paths(0, 4, None, bounds).0, [[0, 1, 2, 3, 4]]);
    assert_eq!(paths(4, 0, None, bounds).0, [[4, 3, 2, 1, 0]]);
    let near = PathBounds {
        steps_max: 3,
        ..bounds
    };
    assert!(paths(0, 4, None, near).0.is_empty());
    assert!(paths(0, 4, Some("2026-02-15"), bounds).0.is_empty());
    let few = PathBounds {
        operators_max: 1,
        ..bounds
    };
    assert!(paths(0, 4, None, few).0.is_empty());
}

#[test]
fn what_two_share_is_told_with_what_names_both() {
    let code = |n: usize| CODES[n].parse().unwrap();
    let shared = |a, b, on: Option<&str>| -> Vec<String> {
        let bounds = PathBounds::default();
        let found = joined(code(a), code(b), on.map(day), bounds, &mut County);
        found.unwrap().unwrap().shared.into_keys().collect()
    };
    assert_eq!(
        shared(2, 3, None),
        ["complaint:1", "platform:market", "shop:s"]
    );
    assert_eq!(shared(2, 3, Some("2026-02-15")), ["complaint:1"]);
    assert_eq!(shared(3, 4, None), ["complaint:1", "sealed:00"]);
}
