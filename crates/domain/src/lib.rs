//! The regulation itself: identifiers, calendar, policy packs and one folder an area.
