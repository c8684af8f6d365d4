//! Writing whatever serialises, in the shapes `serde_json` would give it.

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::Value;

use super::error::{CanonError, Place};
use super::write::{Members, Out};
use super::{Limits, parse};

/// An array that is being written.
pub(super) struct Items<'o> {
    out: &'o mut Out,
    count: usize,
    /// It stands as the one member of an object named for an enum's variant.
    in_variant: bool,
}

/// An object that is being written.
pub(super) struct Fields<'o> {
    out: &'o mut Out,
    members: Members<'static>,
    in_variant: bool,
}

impl<'o> Serializer for &'o mut Out {
    type Ok = ();
    type Error = CanonError;
    type SerializeSeq = Items<'o>;
    type SerializeTuple = Items<'o>;
    type SerializeTupleStruct = Items<'o>;
    type SerializeTupleVariant = Items<'o>;
    type SerializeMap = Fields<'o>;
    type SerializeStruct = Fields<'o>;
    type SerializeStructVariant = Fields<'o>;

    fn serialize_bool(self, v: bool) -> Result<(), CanonError> {
        self.bool(v);
        Ok(())
    }

    fn serialize_i8(self, v: i8) -> Result<(), CanonError> {
        self.integer(v)
    }

    fn serialize_i16(self, v: i16) -> Result<(), CanonError> {
        self.integer(v)
    }

    fn serialize_i32(self, v: i32) -> Result<(), CanonError> {
        self.integer(v)
    }

    fn serialize_i64(self, v: i64) -> Result<(), CanonError> {
        self.integer(v)
    }

    fn serialize_i128(self, v: i128) -> Result<(), CanonError> {
        self.integer(v)
    }

    fn serialize_u8(self, v: u8) -> Result<(), CanonError> {
        self.integer(v)
    }

    fn serialize_u16(self, v: u16) -> Result<(), CanonError> {
        self.integer(v)
    }

    fn serialize_u32(self, v: u32) -> Result<(), CanonError> {
        self.integer(v)
    }

    fn serialize_u64(self, v: u64) -> Result<(), CanonError> {
        self.integer(v)
    }

    fn serialize_u128(self, v: u128) -> Result<(), CanonError> {
        self.integer(v)
    }

    fn serialize_f32(self, _v: f32) -> Result<(), CanonError> {
        Err(CanonError::Float {
            at: Place::default(),
        })
    }

    fn serialize_f64(self, _v: f64) -> Result<(), CanonError> {
        Err(CanonError::Float {
            at: Place::default(),
        })
    }

    fn serialize_char(self, v: char) -> Result<(), CanonError> {
        self.string(v.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, v: &str) -> Result<(), CanonError> {
        self.string(v)
    }

    fn serialize_bytes(self, v: &[u8]) -> Result<(), CanonError> {
        v.serialize(self)
    }

    fn serialize_none(self) -> Result<(), CanonError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), CanonError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), CanonError> {
        self.raw(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), CanonError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), CanonError> {
        self.string(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), CanonError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), CanonError> {
        self.open_variant(variant)?;
        value
            .serialize(&mut *self)
            .map_err(|e| e.under_key(variant))?;
        self.close(b'}');
        Ok(())
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Items<'o>, CanonError> {
        self.items(false)
    }

    fn serialize_tuple(self, _len: usize) -> Result<Items<'o>, CanonError> {
        self.items(false)
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _len: usize,
    ) -> Result<Items<'o>, CanonError> {
        self.items(false)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Items<'o>, CanonError> {
        self.open_variant(variant)?;
        self.items(true)
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Fields<'o>, CanonError> {
        self.fields(false)
    }

    fn serialize_struct(self, name: &'static str, _len: usize) -> Result<Fields<'o>, CanonError> {
        // Raw values and numbers of arbitrary precision travel as structs of these names. What
        // they hold has been through no check.
        if name.starts_with("$serde_json::private::") {
            return Err(CanonError::Unsupported {
                at: Place::default(),
            });
        }
        self.fields(false)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Fields<'o>, CanonError> {
        self.open_variant(variant)?;
        self.fields(true)
    }
}

impl Out {
    fn open_variant(&mut self, variant: &'static str) -> Result<(), CanonError> {
        self.open(b'{')?;
        self.string(variant)?;
        self.byte(b':');
        Ok(())
    }

    fn items(&mut self, in_variant: bool) -> Result<Items<'_>, CanonError> {
        self.open(b'[')?;
        Ok(Items {
            out: self,
            count: 0,
            in_variant,
        })
    }

    fn fields(&mut self, in_variant: bool) -> Result<Fields<'_>, CanonError> {
        let members = self.open_object()?;
        Ok(Fields {
            out: self,
            members,
            in_variant,
        })
    }
}

impl Items<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonError> {
        if self.count > 0 {
            self.out.byte(b',');
        }
        value
            .serialize(&mut *self.out)
            .map_err(|e| e.under_index(self.count))?;
        self.count += 1;
        Ok(())
    }

    fn finish(self) {
        self.out.close(b']');
        if self.in_variant {
            self.out.close(b'}');
        }
    }
}

impl Fields<'_> {
    fn field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), CanonError> {
        self.out.member(&mut self.members, Cow::Borrowed(key))?;
        value
            .serialize(&mut *self.out)
            .map_err(|e| e.under_key(key))
    }

    /// Writes a key as a value first, and looks at what came out: a string is a key as it
    /// stands, an integer or a boolean gets quotes, nothing else can be one.
    fn map_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), CanonError> {
        let start = self.out.start_member(&self.members);
        key.serialize(&mut *self.out)?;
        if matches!(
            self.out.written_since(start),
            [b'-' | b'0'..=b'9' | b't' | b'f', ..]
        ) {
            self.out.quote_since(start);
        }
        let limits = Limits {
            bytes_max: usize::MAX,
            depth_max: 0,
        };
        let Ok(Value::String(text)) =
            parse::run(self.out.written_since(start), &limits, parse::Mode::Any)
        else {
            return Err(CanonError::Unsupported {
                at: Place::default(),
            });
        };
        self.members.note(Cow::Owned(text), start)?;
        self.out.byte(b':');
        Ok(())
    }

    fn finish(self) -> Result<(), CanonError> {
        self.out.close_object(self.members)?;
        if self.in_variant {
            self.out.close(b'}');
        }
        Ok(())
    }
}

macro_rules! items {
    ($trait:ident, $method:ident) => {
        impl $trait for Items<'_> {
            type Ok = ();
            type Error = CanonError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonError> {
                self.item(value)
            }

            fn end(self) -> Result<(), CanonError> {
                self.finish();
                Ok(())
            }
        }
    };
}

items!(SerializeSeq, serialize_element);
items!(SerializeTuple, serialize_element);
items!(SerializeTupleStruct, serialize_field);
items!(SerializeTupleVariant, serialize_field);

macro_rules! fields {
    ($trait:ident) => {
        impl $trait for Fields<'_> {
            type Ok = ();
            type Error = CanonError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), CanonError> {
                self.field(key, value)
            }

            fn end(self) -> Result<(), CanonError> {
                self.finish()
            }
        }
    };
}

fields!(SerializeStruct);
fields!(SerializeStructVariant);

impl SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = CanonError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), CanonError> {
        self.map_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonError> {
        value
            .serialize(&mut *self.out)
            .map_err(|e| e.under_key(self.members.key()))
    }

    fn end(self) -> Result<(), CanonError> {
        self.finish()
    }
}
