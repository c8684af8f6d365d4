//! The table form in which every area lists its events.

/// Declares an area's events: for each, its payload, the action that asks for it (or `_` where it
/// only follows from others) and its name with version.
///
/// A first line `clocks = PATH;` names the area's table of deadlines ([`crate::clocks::ClockKind`]):
/// what ends each, on which subject it runs, whose time it is.
///
/// Gives `TYPES`, `CLOCKS`, `parse_action`, `parse_event`, `event_type`, `action_type`, `serialize_data` and `data`.
#[macro_export]
macro_rules! events {
    (@action _) => { None };
    (@action $action:literal) => { Some($action) };
    (@asked $ty:ident, $data:ident, $variant:ident, _) => { None::<Result<Self, serde_json::Error>> };
    (@asked $ty:ident, $data:ident, $variant:ident, $action:literal) => {
        if $ty == $action {
            Some(serde_json::from_value(std::mem::take($data)).map(Self::$variant))
        } else {
            None
        }
    };
    (@clocks) => { &[] };
    (@clocks $clocks:path) => { $clocks };
    (
        $(clocks = $clocks:path;)?
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$vmeta:meta])* $variant:ident($payload:ty): $action:tt => $event:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $( $(#[$vmeta])* $variant($payload), )+
        }

        impl $name {
            /// Every event of this area, in the order of the table.
            pub const TYPES: &'static [$crate::event::TypeInfo] = &[
                $( $crate::event::TypeInfo {
                    event: $event,
                    action: $crate::events!(@action $action),
                    schema: |mut generator| generator.root_schema_for::<$payload>(),
                }, )+
            ];

            /// The deadlines of this area.
            pub(crate) const CLOCKS: &'static [$crate::clocks::ClockKind] =
                $crate::events!(@clocks $($clocks)?);

            /// Reads an action's data; `None` where the type is not of this area.
            pub fn parse_action(
                r#type: &str,
                data: &mut serde_json::Value,
            ) -> Option<Result<Self, serde_json::Error>> {
                $(
                    let read: Option<Result<Self, serde_json::Error>> =
                        $crate::events!(@asked r#type, data, $variant, $action);
                    if read.is_some() {
                        return read;
                    }
                )+
                None
            }

            /// Reads an event's data; `None` where the type is not of this area.
            pub fn parse_event(
                r#type: &str,
                data: &str,
            ) -> Option<Result<Self, serde_json::Error>> {
                match r#type {
                    $( $event => Some(serde_json::from_str(data).map(Self::$variant)), )+
                    _ => None,
                }
            }

            /// The event's name with its version.
            #[must_use]
            pub const fn event_type(&self) -> &'static str {
                match self { $( Self::$variant(_) => $event, )+ }
            }

            /// The action that asks for it, if it can be asked for.
            #[must_use]
            pub const fn action_type(&self) -> Option<&'static str> {
                match self { $( Self::$variant(_) => $crate::events!(@action $action), )+ }
            }

            /// Writes the payload, in one pass.
            ///
            /// # Errors
            /// Those of the serializer.
            pub fn serialize_data<S: serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$variant(payload) => serde::Serialize::serialize(payload, serializer), )+
                }
            }

            /// The payload as JSON.
            ///
            /// # Errors
            /// Never for the payloads here: they hold strings, integers and lists alone.
            pub fn data(&self) -> Result<serde_json::Value, serde_json::Error> {
                match self { $( Self::$variant(payload) => serde_json::to_value(payload), )+ }
            }
        }
    };
}
