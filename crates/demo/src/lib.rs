//! A deterministic county-year of invented operators, made of actions.
