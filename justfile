# Shortcuts; each is one command that can be typed as well.

# What a change must pass.
gate:
    .ci/run

# Types and lints.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# All tests.
test:
    cargo test --workspace

# Layout of the source.
fmt:
    cargo fmt --all

# API documentation.
docs:
    cargo doc --workspace --no-deps --open

# Crate map and generated pages.
check:
    cargo xtask check

# Writes the generated pages.
generate: build
    cargo xtask docs && cargo xtask reference target/debug/hoshimori

build:
    cargo build

# Writes changed snapshots; read them before you commit them.
snapshots:
    INSTA_UPDATE=always cargo test --workspace

# The inspection of the README.
example:
    cargo run --release -- inspect examples/office/inspection.toml

# One laboratory until Ctrl-D, such as `just lab ssh-password`.
lab SCENARIO:
    lab/run {{SCENARIO}}

# One fuzz target for a minute, such as `just fuzz dns`; needs cargo-fuzz and nightly.
fuzz TARGET:
    cargo +nightly fuzz run {{TARGET}} -- -max_total_time=60

# One benchmark, such as `just bench hoshimori-scanner`.
bench PACKAGE:
    cargo bench --package {{PACKAGE}}

# Licences, bans, sources and advisories; needs cargo-deny.
deny:
    cargo deny check

# Spelling; needs typos.
spelling:
    typos
