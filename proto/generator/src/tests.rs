//! Contracts that break a rule of personal data, each by one edit of one that keeps them.

use std::fs;

use crate::contract::Contract;
use crate::marks;

/// A noun with every form that the mark may have.
const GOOD: &str = r#"
syntax = "proto3";
package norec.trial.v1;
import "google/type/date.proto";
import "norec/access/v1/access.proto";
service GuestService {
  rpc CreateGuest(CreateGuestRequest) returns (Guest) {
    option (norec.access.v1.rule) = {roles: [ROLE_DIRECTOR] effect: EFFECT_WRITE};
  }
  rpc CloseGuest(CloseGuestRequest) returns (Guest) {
    option (norec.access.v1.rule) = {roles: [ROLE_DIRECTOR] effect: EFFECT_WRITE};
  }
}
message Guest {
  option (norec.access.v1.personal_data) = {
    person: "name" seen_by: [ROLE_DIRECTOR] basis: "art. 6" rule: "privacy-guest" from: "end_date"
  };
  string name = 1;
  string called = 2 [(norec.access.v1.personal) = true];
  repeated Place places = 3 [(norec.access.v1.personal) = true];
  Home home = 4;
  google.type.Date end_date = 5;
  string close_reason = 6 [(norec.access.v1.personal) = true, (norec.access.v1.for_persons) = true];
  repeated string tags = 7;
  optional string nickname = 8 [(norec.access.v1.personal) = true];
  oneof of { string one = 9; }
  Other other = 10;
}
message Home { string street = 1 [(norec.access.v1.personal) = true]; }
message Place { string at = 1; }
message Other { string text = 1; }
message CreateGuestRequest {
  Guest guest = 1;
  string request_id = 14;
  bool validate_only = 15;
}
message CloseGuestRequest {
  string name = 1;
  string close_reason = 2 [(norec.access.v1.personal) = true];
  string request_id = 14;
  bool validate_only = 15;
}
"#;

/// What the generator says of this contract: its code, or why it builds none.
fn generated(text: &str, trial: &str) -> Result<String, String> {
    let root = std::env::temp_dir().join(format!("norec-marks-{}-{trial}", std::process::id()));
    let folder = root.join("norec/trial/v1");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("guest.proto"), text).unwrap();
    let compiled =
        protox::Compiler::new([root.as_path(), "..".as_ref()]).and_then(|mut compiler| {
            compiler
                .include_imports(true)
                .open_file("norec/trial/v1/guest.proto")?;
            Ok(compiler.encode_file_descriptor_set())
        });
    fs::remove_dir_all(&root).unwrap();
    let encoded = compiled.map_err(|it| it.to_string())?;
    let contract = Contract::read(&encoded, |it| it.package_name() == "norec.trial.v1").unwrap();
    let code = marks::generate(&contract);
    let literals = marks::literals(&contract, "norec.trial.v1");
    let all = code.and_then(|code| Ok(code + &literals?));
    all.map_err(|it| format!("{it:#}"))
}

#[test]
fn a_part_is_taken_out_field_by_field() {
    let code = generated(GOOD, "good").unwrap();
    for part in [
        "called: std::mem::take(&mut self.called)",
        "places: std::mem::take(&mut self.places)",
        "home: self.home.as_mut().and_then(Marked::take_personal)",
        "nickname: std::mem::take(&mut self.nickname)",
        "fn person(&self) -> &str { &self.name }",
        "fn gives_whole(&self) -> Option<&str> { self.guest.as_ref()",
        "impl Marked for crate::trial::v1::Home",
        "f.debug_struct(\"Guest\").field(\"name\", &self.name).finish_non_exhaustive()",
        "f.debug_struct(\"Home\").finish_non_exhaustive()",
        "fields: &[\"called\", \"places\", \"home.street\", \"close_reason\", \"nickname\"]",
        "seen_by: &[Role::Director]",
    ] {
        assert!(code.contains(part), "{part} in {code}");
    }
    for unmarked in [
        "end_date: std::mem",
        "tags: std::mem",
        "Marked for crate::trial::v1::Place",
    ] {
        assert!(!code.contains(unmarked), "{unmarked} in {code}");
    }
}

#[test]
fn a_contract_that_breaks_a_rule_of_personal_data_is_not_built() {
    let mark = " [(norec.access.v1.personal) = true]";
    for (trial, (from, to, told)) in [
        ("person: \"name\"", "person: \"guest\"", "\"guest\" is none of its fields"),
        ("person: \"name\"", "", "\"\" is none of its fields"),
        ("person: \"name\"", "person: \"called\"", "is personal itself"),
        ("person: \"name\"", "person: \"tags\"", "\"tags\" is none of its fields"),
        ("person: \"name\"", "person: \"other\"", "other names no person"),
        ("from: \"end_date\"", "from: \"start_date\"", "\"start_date\" is none of its fields"),
        ("from: \"end_date\"", "from: \"name\"", "name is no day"),
        ("[ROLE_DIRECTOR] basis", "[ROLE_KING] basis", "invalid value of type"),
        ("[ROLE_DIRECTOR] basis", "[] basis", "nobody is shown it"),
        ("[ROLE_DIRECTOR] basis", "[ROLE_AUDITOR] basis", "Auditor is shown no personal data"),
        ("basis: \"art. 6\"", "", "it says a basis"),
        ("rule: \"privacy-guest\"", "rule: \"guest\"", "a rule called privacy-…"),
        ("string one = 9;", "string one = 9 [(norec.access.v1.personal) = true];", "one has a mark in a oneof"),
        ("oneof of { string one = 9; }", "repeated Home homes = 9;", "homes is repeated: mark it"),
        ("oneof of { string one = 9; }", "oneof of { Home last = 9; }", "last has a mark in a oneof"),
        ("  Guest guest = 1;", "  Guest guest = 1; string guest_id = 2;", "takes the id of a person"),
        ("string close_reason = 2 [(norec.access.v1.personal) = true]", "string close_reason = 2", "close_reason of norec.trial.v1.CloseGuestRequest is not marked"),
        ("message Other { string text = 1; }", "message Other { string text = 1; message In { string it = 1 [(norec.access.v1.personal) = true]; } In in = 2; }", "stands in another message"),
        ("message Other {", "message Other { option (norec.access.v1.personal_data) = {person: \"text\"};", "norec.trial.v1.Other is no answer"),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(GOOD.contains(from), "{from}");
        let broken = GOOD.replacen(from, to, 1);
        let found = generated(&broken, &trial.to_string()).unwrap_err();
        assert!(found.contains(told), "{told}: {found}");
    }
    let start = GOOD
        .find("  option (norec.access.v1.personal_data)")
        .unwrap();
    let end = start + GOOD[start..].find("};").unwrap() + 2;
    let no_option = GOOD.replace(&GOOD[start..end], "");
    let found = generated(&no_option, "no-option").unwrap_err();
    assert!(
        found.contains("it has marks and no personal_data"),
        "{found}"
    );
    let no_marks = GOOD
        .replace(mark, "")
        .replace("(norec.access.v1.personal) = true, ", "");
    let found = generated(&no_marks, "no-marks").unwrap_err();
    assert!(
        found.contains("it has personal_data and no marks"),
        "{found}"
    );
}
