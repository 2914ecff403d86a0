//! What a service is, as the platform knows it: the packages that it serves and what it counts. The
//! crate `host` runs it.

use proto::packages::{ACCESS_V1, AUDIT_V1, FEED_V1};
use proto::{MethodRule, Package};

use crate::fact::Measure;

/// Served by every service alike.
static ALIKE: [&Package; 3] = [&ACCESS_V1, &AUDIT_V1, &FEED_V1];

/// What the platform knows of a service.
#[derive(Debug)]
pub struct Nouns {
    /// Its name, such as `grants`.
    pub service: &'static str,
    /// The packages that it serves beside those that all serve alike.
    pub packages: &'static [&'static Package],
    /// What it counts.
    pub measures: &'static [Measure],
    /// What it does by itself, as the journal names it, such as `governance.cutoff.close`.
    pub acts: &'static [&'static str],
}

impl Nouns {
    /// The workload that acts when nobody asked, as the journal names it.
    pub fn workload(&self) -> String {
        format!("workloads/{}", self.service)
    }

    /// Every package that it serves.
    pub fn all_packages(&self) -> impl Iterator<Item = &'static Package> {
        ALIKE.iter().chain(self.packages).copied()
    }

    /// Full names of the gRPC services that it serves.
    pub fn grpc_services(&self) -> Vec<&'static str> {
        self.all_packages().flat_map(Package::services).collect()
    }

    /// The rules of the RPCs that it serves.
    pub fn rules(&self) -> impl Iterator<Item = &'static MethodRule> {
        self.all_packages().flat_map(|it| it.rules)
    }
}
