//! An engine in memory that fails when it is told to, and forgets what was not synced when its
//! power goes; and the expectations that hold for every engine.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::engine::{Batch, Engine, Pair, SledEngine};
use crate::error::LedgerError;
use crate::media::memory::Faults;

#[derive(Default)]
struct Held {
    visible: BTreeMap<Vec<u8>, Vec<u8>>,
    durable: BTreeMap<Vec<u8>, Vec<u8>>,
}

pub(crate) struct MemoryEngine {
    held: Mutex<Held>,
    faults: Arc<Faults>,
}

impl MemoryEngine {
    pub(crate) fn new(faults: &Arc<Faults>) -> Self {
        Self {
            held: Mutex::default(),
            faults: Arc::clone(faults),
        }
    }

    pub(crate) fn lose_power(&self) {
        let mut held = self.held.lock().unwrap();
        held.visible = held.durable.clone();
    }
}

fn failed(error: std::io::Error) -> LedgerError {
    LedgerError::io("writing", "memory")(error)
}

impl Engine for MemoryEngine {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self.held.lock().unwrap().visible.get(key).cloned())
    }

    fn at_or_before(&self, key: &[u8]) -> Result<Option<Pair>, LedgerError> {
        let held = self.held.lock().unwrap();
        let mut found = held
            .visible
            .range::<[u8], _>((std::ops::Bound::Unbounded, std::ops::Bound::Included(key)));
        Ok(found.next_back().map(|(k, v)| (k.clone(), v.clone())))
    }

    fn keys(&self, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, LedgerError> {
        let held = self.held.lock().unwrap();
        let keys = held.visible.range(from.to_vec()..).map(|(k, _)| k);
        let keys = keys.take_while(|k| k.starts_with(prefix)).take(limit);
        Ok(keys.cloned().collect())
    }

    fn apply(&self, batch: Batch) -> Result<(), LedgerError> {
        self.faults.call().map_err(failed)?;
        let mut held = self.held.lock().unwrap();
        for (key, value) in batch {
            match value {
                Some(value) => held.visible.insert(key, value),
                None => held.visible.remove(&key),
            };
        }
        Ok(())
    }

    fn sync(&self) -> Result<(), LedgerError> {
        self.faults.call().map_err(failed)?;
        let mut held = self.held.lock().unwrap();
        held.durable = held.visible.clone();
        Ok(())
    }

    fn close(&self) -> Result<(), LedgerError> {
        self.sync()
    }
}

fn conforms(engine: &dyn Engine) {
    assert_eq!(engine.get(b"a").unwrap(), None);
    assert_eq!(engine.at_or_before(b"z").unwrap(), None);
    let put = |keys: &[&[u8]]| {
        let batch = keys
            .iter()
            .map(|k| (k.to_vec(), Some([k, b"!".as_slice()].concat())));
        engine.apply(batch.collect()).unwrap();
    };
    put(&[b"b1", b"b2", b"b3", b"c1"]);
    assert_eq!(engine.get(b"b2").unwrap(), Some(b"b2!".to_vec()));
    let before = |key: &[u8]| engine.at_or_before(key).unwrap().map(|(k, _)| k);
    assert_eq!(before(b"b2"), Some(b"b2".to_vec()));
    assert_eq!(before(b"b29"), Some(b"b2".to_vec()));
    assert_eq!(before(b"a"), None);
    assert_eq!(engine.keys(b"b", b"b2", 9).unwrap(), [b"b2", b"b3"]);
    assert_eq!(engine.keys(b"b", b"b", 2).unwrap(), [b"b1", b"b2"]);
    engine
        .apply(vec![
            (b"b2".to_vec(), None),
            (b"b1".to_vec(), Some(b"new".to_vec())),
        ])
        .unwrap();
    engine.sync().unwrap();
    assert_eq!(engine.get(b"b2").unwrap(), None);
    assert_eq!(engine.get(b"b1").unwrap(), Some(b"new".to_vec()));
}

#[test]
fn sled_and_memory_conform() {
    conforms(&MemoryEngine::new(&Faults::none()));
    let dir = tempfile::tempdir().unwrap();
    let engine = SledEngine::open(dir.path()).unwrap();
    conforms(&engine);
    engine.close().unwrap();
    assert!(engine.get(b"b1").is_err(), "closed");
    let again = SledEngine::open(dir.path()).unwrap();
    assert_eq!(again.get(b"b1").unwrap(), Some(b"new".to_vec()));
}
