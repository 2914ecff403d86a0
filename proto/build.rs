//! Compiles the contract beside it.

fn main() -> anyhow::Result<()> {
    generator::generate(generator::Sources {
        root: ".",
        suite: None,
    })
}
