//! The services, served for a proof.

use std::collections::BTreeMap;
use std::path::PathBuf;

use governance::domain::SourceName;
use host::NoKnobs;
use platform::{Clock, Kind, Nouns};
use proto::access::v1::Role;
use testkit::{Database, Kit, noon};

/// Every service.
pub(crate) const NOUNS: [&Nouns; 2] = [&grants::NOUNS, &governance::NOUNS];

/// What the sweeps try: every service, and the tests' own host of what several services serve alike.
pub(crate) fn swept() -> impl Iterator<Item = &'static Nouns> {
    NOUNS.into_iter().chain([&contract::NOUNS])
}

/// A program serves it.
pub(crate) fn is_service(nouns: &Nouns) -> bool {
    NOUNS.iter().any(|it| it.service == nouns.service)
}

/// A service at the present, alone: whom it would call is out of reach.
pub(crate) async fn alone(nouns: &Nouns) -> Kit {
    match nouns.service {
        "grants" => grants().await,
        "governance" => governance_alone().await,
        "contract" => testkit::start(&contract::SERVICE, NoKnobs {}).await,
        other => panic!("{other} is not served"),
    }
}

/// Grants at the present.
pub(crate) async fn grants() -> Kit {
    testkit::start(&grants::SERVICE, NoKnobs {}).await
}

/// Grants on a day at noon.
pub(crate) async fn grants_on(day: &str) -> Kit {
    let database = Database::of(&grants::NOUNS).await;
    testkit::serve_from(&grants::SERVICE, NoKnobs {}, noon(day), database).await
}

/// The same database served on another day.
pub(crate) async fn grants_again(kit: &Kit, day: &str) -> Kit {
    let database = kit.database.clone();
    testkit::serve_from(&grants::SERVICE, NoKnobs {}, noon(day), database).await
}

/// Where a service is called.
pub(crate) fn address(kit: &Kit) -> String {
    format!("http://{}", kit.address)
}

/// A file with the token that governance's workload calls grants with.
pub(crate) fn token_file(grants: &Kit) -> PathBuf {
    let (now, roles) = (grants.host.clock.now(), [Role::Follower]);
    let token = testkit::token(testkit::ISSUER, Kind::Workload, "governance", &roles, now);
    let file = std::env::temp_dir().join(format!("norec-token-{}", testkit::id()));
    std::fs::write(&file, token).unwrap();
    file
}

/// The tests' own host, from a database that is there, at an instant.
pub(crate) async fn host_at(database: &Database, now: &str) -> Kit {
    let clock = Clock::Fixed(now.parse().unwrap());
    testkit::serve_from(&contract::SERVICE, NoKnobs {}, clock, database.clone()).await
}

/// Governance, following the tests' own host.
pub(crate) async fn governance_of(host: &Kit) -> Kit {
    let name = SourceName::parse("sources/contract").unwrap();
    let knobs = governance::Knobs {
        sources: BTreeMap::from([(name, host::sibling_at(&address(host)).unwrap())]),
        token_file: token_file(host),
    };
    testkit::start(&governance::SERVICE, knobs).await
}

/// How governance follows a grants service at this address.
pub(crate) fn knobs(grants_address: &str, token_file: PathBuf) -> governance::Knobs {
    let grants = SourceName::parse("sources/grants").unwrap();
    governance::Knobs {
        sources: BTreeMap::from([(grants, host::sibling_at(grants_address).unwrap())]),
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
