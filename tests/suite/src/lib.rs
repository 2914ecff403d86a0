//! Proofs only; see `tests/`.
