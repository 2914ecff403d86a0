#!/usr/bin/env bash
# What needs tools of others: the contract's lint and compatibility; bans, licences and sources of the
# dependencies. Their advisories stand in a database elsewhere, which `cargo deny check advisories` gets.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/build/tools
if [ ! -x "$tools/node_modules/.bin/buf" ]; then
    npm install --silent --no-fund --no-audit --prefix "$tools" @bufbuild/buf@1.75.0
fi
buf=$tools/node_modules/.bin/buf
(cd proto && "$buf" lint)
if [ -f proto/released.binpb ]; then
    (cd proto && "$buf" breaking --against released.binpb)
fi
if ! command -v cargo-deny >/dev/null; then
    cargo install --quiet --locked cargo-deny
fi
cargo deny check bans licenses sources
