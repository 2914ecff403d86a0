//! What a service is, as the platform knows it: the packages that it serves, the schemas that they
//! live in, the roles that it knows, and what it counts. The crate `host` runs it.

use proto::access::v1::Role;
use proto::packages::{ACCESS_V1, AUDIT_V1, FEED_V1, PRIVACY_V1, RULES_V1};
use proto::{MethodRule, Package};
use rules::Definition;
use sqlx::migrate::Migrator;

use crate::fact::Measure;
use crate::hides::Hides;

/// Served by every service alike.
static ALIKE: [&Package; 5] = [&ACCESS_V1, &AUDIT_V1, &FEED_V1, &PRIVACY_V1, &RULES_V1];
/// Done by every service alike.
pub(crate) const ACTS_ALIKE: [&str; 1] = ["platform.retention.run"];

/// What the platform knows of a service.
#[derive(Debug)]
pub struct Nouns {
    /// Its name, such as `grants`.
    pub service: &'static str,
    /// The packages that it serves beside those that all serve alike.
    pub packages: &'static [&'static Package],
    /// The schemas of its database, each behind those that it uses. The platform's is before all.
    pub schemas: &'static [&'static Schema],
    /// The roles that it knows. Any other role of a token counts for nothing here, also where the rule of
    /// a package that other services serve too names it.
    pub roles: &'static [Role],
    /// Those that count for nothing beside a role which this service does not know.
    pub exclusive: &'static [Role],
    /// What not everybody may know of who may call; nothing where none.
    pub hides: Option<&'static Hides>,
    /// The rules that it goes by, of each package that it hosts.
    pub rules: &'static [&'static [&'static Definition]],
    /// What it counts.
    pub measures: &'static [Measure],
    /// What it does by itself, as the journal names it, such as `governance.cutoff.close`.
    pub acts: &'static [&'static str],
}

/// A schema of a service's database, and the migrations that make it.
#[derive(Debug)]
pub struct Schema {
    /// Its name in the database, where sqlx notes in `_sqlx_migrations` what was applied.
    pub name: &'static str,
    /// Its migrations.
    pub migrator: Migrator,
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
    pub fn access_rules(&self) -> impl Iterator<Item = &'static MethodRule> {
        self.all_packages().flat_map(|it| it.rules)
    }

    /// Who may call an RPC here, of those whom its rule names.
    pub fn roles_of(&self, rule: &MethodRule) -> Vec<Role> {
        let known = |it: &Role| self.roles.contains(it);
        rule.roles.iter().copied().filter(known).collect()
    }

    /// Which of a token's roles count here.
    pub fn known(&self, roles: &[Role]) -> Vec<Role> {
        let stranger = roles.iter().any(|it| !self.roles.contains(it));
        let counts =
            |it: &Role| self.roles.contains(it) && !(stranger && self.exclusive.contains(it));
        roles.iter().copied().filter(counts).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_the_service_does_not_know_counts_for_nothing() {
        use Role::{Auditor, CaseOfficer, Director, Evaluator};
        let nouns = Nouns {
            service: "evaluation",
            packages: &[],
            schemas: &[],
            roles: &[Director, Auditor, Evaluator],
            exclusive: &[Auditor, Evaluator],
            hides: None,
            rules: &[],
            measures: &[],
            acts: &[],
        };
        for (given, known) in [
            (&[][..], &[][..]),
            (&[Director], &[Director]),
            (&[CaseOfficer], &[]),
            (&[Director, Evaluator], &[Director, Evaluator]),
            (&[Director, CaseOfficer], &[Director]),
            (&[Director, CaseOfficer, Evaluator, Auditor], &[Director]),
        ] {
            assert_eq!(nouns.known(given), known, "{given:?}");
        }
    }
}
