//! A shape in the order of its fields, which a map of JSON values would sort.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// One value of a shape.
pub(super) enum Node {
    /// No list, no fields.
    Simple(Value),
    /// A list.
    List(Vec<Node>),
    /// Fields in order.
    Fields(Vec<(String, Node)>),
}

impl Node {
    pub(super) fn of(shape: &impl serde::Serialize) -> serde_json::Result<Self> {
        serde_json::from_str(&serde_json::to_string(shape)?)
    }

    pub(super) fn fields(&self) -> &[(String, Self)] {
        match self {
            Self::Fields(fields) => fields,
            _ => &[],
        }
    }

    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        let mut fields = self.fields().iter();
        fields.find(|(n, _)| n == name).map(|(_, value)| value)
    }

    pub(super) const fn is_simple(&self) -> bool {
        matches!(self, Self::Simple(_))
    }

    /// Whether it fits a line of a table.
    pub(super) fn is_flat(&self) -> bool {
        let fits = |value: &Self| match value {
            Self::Simple(_) => true,
            Self::List(items) => items.iter().all(Self::is_simple),
            Self::Fields(_) => false,
        };
        !self.is_simple() && self.fields().iter().all(|(_, value)| fits(value))
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Ordered)
    }
}

struct Ordered;

impl<'de> Visitor<'de> for Ordered {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a shape")
    }

    fn visit_bool<E: Error>(self, v: bool) -> Result<Node, E> {
        Ok(Node::Simple(v.into()))
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Node, E> {
        Ok(Node::Simple(v.into()))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Node, E> {
        Ok(Node::Simple(v.into()))
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Node, E> {
        Ok(Node::Simple(v.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Simple(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut fields = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            fields.push(entry);
        }
        Ok(Node::Fields(fields))
    }
}
