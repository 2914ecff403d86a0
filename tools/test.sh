#!/usr/bin/env bash
# Every test, and then whether the tests produced every outcome that the contract promises.
set -euo pipefail
cd "$(dirname "$0")/.."
outcomes=$(mktemp -d)
trap 'rm -rf "$outcomes"' EXIT
NOREC_OUTCOMES=$outcomes cargo test --workspace --exclude outcomes
# Of the whole workspace still: alone, its dependencies would have fewer features and be built anew.
NOREC_OUTCOMES=$outcomes cargo test --workspace --test outcomes
