//! Everything a person runs in this workspace.
fn main() {}
