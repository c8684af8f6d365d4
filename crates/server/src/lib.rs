//! The HTTP door: the API, its limits, identity and access.
