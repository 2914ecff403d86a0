//! How SQL is written, kept by reading it.

use crate::tidy::{code, files, root, shown};

/// B-F02: SQL names its columns. One that takes them as the table has them is refused by PostgreSQL for
/// good, when a later release adds one while this one serves. (`count(*)` counts rows.)
#[test]
fn sql_names_its_columns() {
    let all = ["services", "platform", "tests/contract"];
    let all = all.map(|it| files(&root().join(it), &[".rs", ".sql"]));
    for file in all.concat() {
        let path = shown(&file);
        let is_sql_home = path.contains("/store/")
            || path.ends_with("/store.rs")
            || path.starts_with("platform/src/")
            || path.contains("/migrations/");
        let text = code(&file);
        for line in text.lines().filter(|_| is_sql_home) {
            let line = line.trim_start();
            let follows = |before: &str| {
                let before = before.to_lowercase();
                let words = ["select", "returning", "distinct"];
                let columns = words.iter().any(|it| before.trim_end().ends_with(it));
                let of_latest =
                    before.contains("distinct on (") && before.trim_end().ends_with(')');
                let of_table = before.ends_with('.') && before.len() > 1;
                columns || of_latest || of_table || line.starts_with('*') && line.len() == 1
            };
            let stars = line.match_indices('*').map(|(at, _)| &line[..at]);
            let is_comment = line.starts_with("//") || line.starts_with("--");
            let found = stars.filter(|_| !is_comment).any(follows);
            let whole = ["row_to_json(", "to_jsonb("]
                .iter()
                .any(|it| line.contains(it));
            assert!(!found && !whole, "{path}: {line}");
        }
    }
}
