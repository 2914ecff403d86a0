//! The services, served for a proof.

use std::path::PathBuf;

use platform::NoKnobs;
use testkit::Kit;

/// Grants at the present.
pub(crate) async fn grants() -> Kit {
    testkit::start(&grants::SERVICE, NoKnobs {}).await
}

/// Governance, following a grants service at this address.
pub(crate) async fn governance(grants_address: &str, token_file: PathBuf) -> Kit {
    let knobs = governance::Knobs {
        grants_address: grants_address.to_owned(),
        token_file,
    };
    testkit::start(&governance::SERVICE, knobs).await
}

/// Governance alone: its source grants is out of reach.
pub(crate) async fn governance_alone() -> Kit {
    governance("http://127.0.0.1:9", PathBuf::from("/nonexistent/token")).await
}
