//! The services, served for a proof.

use std::path::PathBuf;

use platform::NoKnobs;
use testkit::Kit;

/// Grants at the present.
pub(crate) async fn grants() -> Kit {
    testkit::start(&grants::SERVICE, NoKnobs {}).await
}

/// How governance follows a grants service at this address.
pub(crate) fn knobs(grants_address: &str, token_file: PathBuf) -> governance::Knobs {
    governance::Knobs {
        grants: platform::sibling_at(grants_address).unwrap(),
        token_file,
    }
}

/// Governance, following a grants service at this address.
pub(crate) async fn governance(grants_address: &str, token_file: PathBuf) -> Kit {
    testkit::start(&governance::SERVICE, knobs(grants_address, token_file)).await
}

/// Governance alone: its source grants is out of reach.
pub(crate) async fn governance_alone() -> Kit {
    governance("http://127.0.0.1:9", PathBuf::from("/nonexistent/token")).await
}
