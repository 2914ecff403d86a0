//! What `norec up` prints once everything serves: how to call it.

use std::net::SocketAddr;
use std::path::Path;

use crate::installation::Installation;
use crate::linked::{LINKED, Linked};

/// Any caller may call it, of any service.
const EXAMPLE: &str = "norec.access.v1.AccessService/ListPermissions";

/// How to call the services of a running installation.
pub(crate) fn of(installation: &Installation) -> String {
    let services = LINKED
        .iter()
        .filter_map(|it| Some((it, installation.address(it.name)?)));
    text(installation.root(), &services.collect::<Vec<_>>())
}

fn text(root: &Path, services: &[(&Linked, SocketAddr)]) -> String {
    let exports = services
        .iter()
        .map(|(service, address)| format!("  export {}={address}\n", service.name.to_uppercase()));
    let mut text = format!(
        r"The suite serves. To call it:

  export NOREC_INSTALLATION={}
{}  export TOKEN=$(norec token --person solveig --role section-head)
  norec token --person solveig --role section-head --header >header.txt
",
        quoted(root),
        exports.collect::<String>(),
    );
    for (service, address) in services {
        let name = service.name;
        let with_token = "-plaintext -expand-headers -H 'authorization: Bearer ${TOKEN}'";
        text.push_str(&format!(
            r"
{name} at {address}:
  grpcurl {with_token} {address} list
  grpcurl {with_token} {address} {EXAMPLE}
  buf curl --protocol grpc --http2-prior-knowledge -H @header.txt --reflect-header '*' \
    -d '{{}}' http://{address}/{EXAMPLE}
  norec call {EXAMPLE} --service {name} --person solveig --role section-head
"
        ));
    }
    text.push_str(
        "\nWho may call what: norec access. What runs: norec status. To end it: norec down.\n",
    );
    text
}

/// A path as one word of a shell.
pub(crate) fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B-T16: no page and no printed manual puts a token on a command line.
    #[test]
    fn tokens_stay_out_of_command_lines() {
        let printed = text(
            Path::new("/srv"),
            &[(&LINKED[0], SocketAddr::from(([127, 0, 0, 1], 7401)))],
        );
        let pages = [
            printed.as_str(),
            include_str!("../../../../docs/operating.md"),
            include_str!("../../../../README.md"),
            include_str!("../../../../CONTRIBUTING.md"),
        ];
        let lines = pages.iter().flat_map(|it| it.lines());
        let carrying: Vec<_> = lines.filter(|it| it.contains("authorization:")).collect();
        assert!(carrying.len() > 3, "{carrying:?}");
        for line in carrying {
            let (before, token) = line.split_once("authorization: Bearer ").unwrap();
            let is_expanded = before.ends_with("-expand-headers -H '");
            let variable = token.strip_prefix("${").and_then(|it| it.split_once("}'"));
            let is_variable =
                variable.is_some_and(|(it, _)| it.chars().all(|it| it.is_ascii_uppercase()));
            assert!(is_expanded && is_variable, "{line}");
        }
    }

    #[test]
    fn the_manual_names_the_installation_and_every_service_where_it_listens() {
        let services: Vec<_> = LINKED
            .iter()
            .zip([SocketAddr::from(([127, 0, 0, 1], 7401))])
            .collect();
        let text = text(Path::new("/srv/it's"), &services);
        assert!(
            text.contains(r"NOREC_INSTALLATION='/srv/it'\''s'"),
            "{text}"
        );
        assert!(
            text.contains("\n  export GRANTS=127.0.0.1:7401\n"),
            "{text}"
        );
        assert!(text.contains("grants at 127.0.0.1:7401:"), "{text}");
        assert!(proto::packages::rule(&format!("/{EXAMPLE}")).is_some_and(|it| it.any_caller));
    }
}
