//! One runner for all black-box suites.
