//! Proofs of spending; see `tests/`.
