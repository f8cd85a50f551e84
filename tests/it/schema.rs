//! The manifest's schema, as a file and as a table.

use std::path::Path;

use cognitops::manifest::schema::schema_text;

const FILE: &str = "schema/cognitops.schema.json";

#[test]
fn the_schema_file_is_what_the_types_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("COGNITOPS_BLESS").is_some() {
        std::fs::write(&path, schema_text()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == schema_text(),
        "{FILE} is out of date; run: cargo run -- schema > {FILE} (or this test with COGNITOPS_BLESS=1)"
    );
}
