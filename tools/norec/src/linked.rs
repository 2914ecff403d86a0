//! The services that are linked into this program: one table, one line each.

use std::ffi::OsString;
use std::process::ExitCode;

use platform::Nouns;

/// A service of the suite, as this program runs it.
#[derive(Debug)]
pub(crate) struct Linked {
    /// Its name, database and package, such as `grants`.
    pub(crate) name: &'static str,
    /// What it serves.
    pub(crate) nouns: &'static Nouns,
    /// Services that it calls. For each it is started with `--source <name>=http://…`, and as it
    /// calls at all, with `--token-file` and a token of the role FOLLOWER.
    pub(crate) calls: &'static [&'static str],
    /// Its `main`, with the program's name as first argument.
    pub(crate) run: fn(Vec<OsString>) -> ExitCode,
}

/// Every service, those that are called before those that call them.
pub(crate) static LINKED: &[Linked] = &[
    Linked {
        name: "grants",
        nouns: grants::SERVICE.nouns,
        calls: &[],
        run: |arguments| host::run(&grants::SERVICE, arguments),
    },
    Linked {
        name: "governance",
        nouns: governance::SERVICE.nouns,
        calls: &["grants"],
        run: |arguments| host::run(&governance::SERVICE, arguments),
    },
];

/// The service of this name, or which names there are.
pub(crate) fn named(name: &str) -> Result<&'static Linked, String> {
    LINKED.iter().find(|it| it.name == name).ok_or_else(|| {
        let names: Vec<_> = LINKED.iter().map(|it| it.name).collect();
        format!(
            "there is no service {name:?}; there is {}",
            names.join(", ")
        )
    })
}

/// Which service answers the calls of a gRPC service. What all serve alike needs the service's name.
pub(crate) fn serving(grpc_service: &str, name: Option<&str>) -> Result<&'static Linked, String> {
    let mut serving = LINKED
        .iter()
        .filter(|it| it.nouns.grpc_services().contains(&grpc_service));
    if let Some(name) = name {
        let linked = named(name)?;
        return match serving.any(|it| it.name == linked.name) {
            true => Ok(linked),
            false => Err(format!("{name} does not serve {grpc_service}")),
        };
    }
    match (serving.next(), serving.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(format!("no service of this program serves {grpc_service}")),
        (Some(one), Some(_)) => Err(format!(
            "several services serve {grpc_service}: name the one that is meant, such as {}",
            one.name
        )),
    }
}

#[cfg(test)]
mod tests {
    use proto::audit::v1::audit_service_server::SERVICE_NAME as AUDIT;

    use super::*;

    #[test]
    fn whom_a_service_calls_stands_before_it() {
        for (place, linked) in LINKED.iter().enumerate() {
            for called in linked.calls {
                assert!(
                    LINKED[..place].iter().any(|it| it.name == *called),
                    "{called}"
                );
            }
        }
    }

    #[test]
    fn a_call_finds_the_service_that_serves_it() {
        let schemes = "norec.grants.v1.SchemeService";
        assert_eq!(serving(schemes, None).unwrap().name, "grants");
        assert_eq!(serving(schemes, Some("grants")).unwrap().name, "grants");
        assert_eq!(serving(AUDIT, Some("grants")).unwrap().name, "grants");
        assert!(serving(AUDIT, None).is_err(), "several serve it");
        assert!(serving("norec.grants.v1.NoService", None).is_err());
        assert!(
            serving(schemes, Some("archive"))
                .unwrap_err()
                .contains("there is grants")
        );
    }
}
