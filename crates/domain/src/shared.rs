//! A part of a state that older states share until it changes.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A part of a state. A copy of the state shares it; whoever writes to it first gets one of its
/// own, so that an event copies the parts that it changes and no others. It is encoded as what it
/// holds.
///
/// To look, go through a shared reference: a mutable one copies what others still hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Shared<T>(Arc<T>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> From<T> for Shared<T> {
    fn from(part: T) -> Self {
        Self(Arc::new(part))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_shares_until_it_changes_and_encodes_as_what_it_holds() {
        let old: Shared<Vec<u8>> = vec![1, 2].into();
        let mut new = old.clone();
        assert_eq!(new.len(), 2);
        assert!(Arc::ptr_eq(&old.0, &new.0), "a look copies nothing");
        new.push(3);
        assert_eq!(
            (old.as_slice(), new.as_slice()),
            (&[1, 2][..], &[1, 2, 3][..])
        );
        let bytes = postcard::to_stdvec(&new).unwrap();
        assert_eq!(bytes, postcard::to_stdvec(&vec![1_u8, 2, 3]).unwrap());
        assert_eq!(
            postcard::from_bytes::<Shared<Vec<u8>>>(&bytes).unwrap(),
            new
        );
    }
}
