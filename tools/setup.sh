#!/usr/bin/env bash
# Makes a machine ready to build, test and run the suite, and says nothing when it already is.
#
# What it takes beside a Rust toolchain:
#   - a PostgreSQL server, version 15 or newer: only its programs. `norec up` and the tests make
#     clusters of their own from them, so the system's own cluster is neither made nor used.
#   - a C compiler with its library's headers: for linking, and for the cryptography that
#     aws-lc-sys compiles from C and assembler. On Linux it needs neither CMake nor clang nor Go.
#
# On Debian and Ubuntu what is missing is installed; elsewhere it is named.
set -euo pipefail

readonly OLDEST_POSTGRESQL=15
readonly NO_MAIN_CLUSTER=/etc/postgresql-common/createcluster.d/norec.conf

fail() {
    echo "setup: $*" >&2
    exit 1
}

# Looks in the places where tools/cluster looks for a server.
has_postgresql() {
    local server version
    for server in "$(pg_config --bindir 2>/dev/null)/postgres" \
        /usr/lib/postgresql/*/bin/postgres "$(type -P postgres)"; do
        version=$("$server" --version 2>/dev/null) || continue
        [[ $version =~ ^postgres\ \(PostgreSQL\)\ ([0-9]+) ]] || continue
        if ((BASH_REMATCH[1] >= OLDEST_POSTGRESQL)); then
            return 0
        fi
    done
    return 1
}

# A compiler without the library's headers compiles nothing that includes one.
has_c_compiler() {
    echo '#include <stdlib.h>' | cc -x c -c -o /dev/null - 2>/dev/null
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        sudo "$@"
    fi
}

install_packages() {
    command -v apt-get >/dev/null ||
        fail "no apt-get here; please install by hand, by Debian's names: $*" \
            "(PostgreSQL $OLDEST_POSTGRESQL or newer, a C compiler with headers)."
    ((EUID == 0)) || command -v sudo >/dev/null ||
        fail "neither root nor sudo; please let an administrator install: $*"
    # Read by the package when it decides whether to make and start a cluster of its own.
    as_root mkdir -p "${NO_MAIN_CLUSTER%/*}"
    echo 'create_main_cluster = false' | as_root tee "$NO_MAIN_CLUSTER" >/dev/null
    as_root apt-get update --quiet --quiet
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --quiet --quiet --yes --no-install-recommends "$@"
}

command -v cargo >/dev/null ||
    fail "cargo is missing; install Rust by https://rustup.rs (rust-toolchain.toml has the version)."

missing=()
has_postgresql || missing+=(postgresql)
has_c_compiler || missing+=(gcc libc6-dev)
if ((${#missing[@]})); then
    install_packages "${missing[@]}"
    has_c_compiler || fail "cc still compiles nothing; its packages are gcc and libc6-dev."
    has_postgresql ||
        fail "this release has no PostgreSQL $OLDEST_POSTGRESQL; add https://apt.postgresql.org."
fi
