//! Files of other departments read into actions, by mappings that are data.
