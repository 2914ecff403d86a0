//! Tokens, single calls, and who may call what.

use crate::world::World;

#[test]
fn a_token_opens_what_its_roles_may_and_a_call_exits_with_its_code() {
    let world = World::up("calls");
    let list = "norec.grants.v1.SchemeService/ListSchemeEditions";
    let create = "norec.grants.v1.SchemeService/CreateSchemeEdition";

    // B-T04: what is not set is printed too.
    let none = world.must(&["call", list, "--person", "kari", "--role", "case-officer"]);
    let none: serde_json::Value = serde_json::from_str(&none).unwrap();
    assert_eq!(
        none,
        serde_json::json!({"next_page_token": "", "scheme_editions": []})
    );
    let denied = world.run(&["call", create, "--person", "kari", "--role", "case-officer"]);
    assert_eq!(denied.code, Some(64 + 7));
    assert!(
        denied.said.contains("PERMISSION_DENIED ROLE_MISSING: "),
        "{denied:?}"
    );
    let machine = world.run(&[
        "call",
        list,
        "--machine",
        "981965132",
        "--role",
        "finance-system",
    ]);
    assert_eq!(machine.code, Some(64 + 7));

    let wrong = world.run(&[
        "call",
        list,
        "--person",
        "kari",
        "-d",
        r#"{"page_sise": 1}"#,
    ]);
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.said.contains("page_sise"), "{wrong:?}");
    let nobody = world.run(&["token", "--person", "Kari"]);
    assert!(nobody.said.contains("cannot name a person"), "{nobody:?}");
}

#[test]
fn a_running_service_enforces_what_the_contract_says() {
    let world = World::up("access");
    let contract = world.must(&["access", "grants"]);
    assert!(
        contract.contains("### norec.grants.v1.SchemeService\n"),
        "{contract}"
    );
    assert!(
        contract.contains("| CloseSchemeEdition | write |  | director, section head |"),
        "{contract}"
    );
    assert_eq!(world.must(&["access", "grants", "--live"]), contract);
    // The whole contract, without an installation.
    let whole = world.must(&["access"]);
    for rule in proto::packages::rules() {
        let method = rule.path.rsplit('/').next().unwrap();
        assert!(whole.contains(&format!("\n| {method} | ")), "{method}");
    }
}

/// B-T13: a suite that is down is not waited for, by whatever command, nor before it has ever run.
#[test]
fn a_suite_that_is_down_is_said_to_be_at_once() {
    let world = World::named("away");
    let list = "norec.grants.v1.SchemeService/ListSchemeEditions";
    let kari = ["--person", "kari", "--role", "controller"];
    world.must(&["up", "--detach"]);
    world.must(&["down"]);
    world.write(
        "one.jsonl",
        format!(r#"{{"actor": "kari", "method": "{list}", "request": {{}}}}"#),
    );
    let people = r#"{"kari": {"kind": "person", "roles": ["CONTROLLER"]}}"#;
    world.write("people.json", people);
    for command in [
        [&["call", list][..], &kari].concat(),
        [&["explain", "cutoffs/2025-03-e1/figures/a-1"][..], &kari].concat(),
        vec!["access", "grants", "--live"],
        vec!["play", "one.jsonl"],
    ] {
        let ran = world.run(&command);
        let told = format!(
            "the suite does not run in {}: norec up",
            world.installation().display()
        );
        assert!(ran.said.contains(&told), "{command:?}: {ran:?}");
        assert!(!ran.said.contains("trying again"), "{ran:?}");
        assert_ne!(ran.code, Some(0));
    }
}
