//! Values that nobody thought of, bounded and seeded: the seed is printed where the test fails.

use std::collections::hash_map::RandomState;
use std::env;
use std::hash::BuildHasher;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Where such values come from.
#[derive(Debug)]
pub struct Fuzz {
    /// How many the test shall try.
    pub cases: u32,
    runner: TestRunner,
}

impl Fuzz {
    /// So many, each time others. `PROPTEST_CASES` says how many instead, and `PROPTEST_RNG_SEED` which:
    /// the seed that a failing test printed replays it.
    #[expect(clippy::print_stdout, reason = "shown when the test fails")]
    pub fn new(cases: u32) -> Self {
        let mut config = Config::default();
        if env::var("PROPTEST_CASES").is_err() {
            config.cases = cases;
        }
        if config.rng_seed == RngSeed::Random {
            config.rng_seed = RngSeed::Fixed(RandomState::new().hash_one(cases));
        }
        println!(
            "to try the same again: PROPTEST_RNG_SEED={} PROPTEST_CASES={}",
            config.rng_seed, config.cases
        );
        Self {
            cases: config.cases,
            runner: TestRunner::new(config),
        }
    }

    /// The next value.
    pub fn next<S: Strategy>(&mut self, strategy: &S) -> S::Value {
        strategy.new_tree(&mut self.runner).unwrap().current()
    }
}

/// A number that whoever runs the tests has set in the environment.
pub fn given(name: &str) -> Option<u64> {
    let given = env::var(name).ok();
    given.map(|it| it.parse().expect("a number"))
}
