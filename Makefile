# The only entry point. `make` lists the targets; what they do is in the code they call.
.DEFAULT_GOAL := help
export CARGO_TERM_COLOR ?= always

.PHONY: help
help: ## Lists the targets.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: setup
setup: ## Installs what is missing on this machine: PostgreSQL's server binaries.
	@tools/setup.sh

.PHONY: demo
demo: setup ## The main job on three installations: public figures for 2025, a constructed example and year.
	cargo run --quiet --package norec -- demo

.PHONY: run
run: setup ## The suite on this machine, until Ctrl-C.
	cargo run --quiet --package norec -- up

.PHONY: test
test: setup ## Formatting, lints, recorded queries, every test, and the reasons that tests produced.
	cargo fmt --all --check && cargo clippy --quiet --workspace --all-targets -- --deny warnings
	cargo run --quiet --package cluster -- record --check
	tools/test.sh

.PHONY: check
check: ## buf lint and breaking, cargo-deny; installs both.
	tools/check.sh

.PHONY: sqlx
sqlx: setup ## Records the shapes of all queries after a change of SQL or of a migration.
	cargo run --quiet --package cluster -- record

.PHONY: bench
bench: setup ## Ratios to yardsticks, about fifteen minutes. PARTS="read write" for some, BEFORE=folder beside a former commit's.
	cargo build --release --package grants --package governance --package bench
	target/release/bench $(PARTS) $(if $(BEFORE),--before $(BEFORE))
