//! Compiles the contract for tests, which speaks of the suite's nouns.

fn main() -> anyhow::Result<()> {
    generator::generate(generator::Sources {
        root: "../../proto/testing",
        suite: Some("../../proto"),
    })
}
