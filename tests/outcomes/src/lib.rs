//! A proof over all tests; see `tests/`.
