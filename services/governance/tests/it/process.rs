//! The service as its own program.

use testkit::run_program;

const GOVERNANCE: &str = env!("CARGO_BIN_EXE_governance");
/// Exit code of wrong usage.
const EX_USAGE: Option<i32> = Some(64);

/// Every bad value is named at once, the service's own beside those that all services have.
#[tokio::test]
async fn every_bad_value_is_named_at_once() {
    let arguments = [
        "serve",
        "--database-url",
        "nowhere",
        "--listen",
        "everywhere",
        "--issuers-file",
        "/nonexistent/issuers.json",
        "--source",
        "grants",
    ];
    let ended = run_program(GOVERNANCE, &arguments).await;

    assert_eq!(ended.code, EX_USAGE, "{:#?}", ended.lines);
    let problems = ended.problems();
    let beginnings = [
        "the database URL is not one",
        "--listen everywhere:",
        "--issuers-file /nonexistent/issuers.json:",
        "--source grants: a service and its address, such as",
        "give --token-file (NOREC_TOKEN_FILE)",
    ];
    assert_eq!(problems.len(), beginnings.len(), "{problems:#?}");
    for (problem, beginning) in problems.iter().zip(beginnings) {
        assert!(problem.starts_with(beginning), "{problem}");
    }
}

/// What must be given and is not is asked for, all of it.
#[tokio::test]
async fn what_is_missing_is_asked_for_at_once() {
    let ended = run_program(GOVERNANCE, &["serve"]).await;

    assert_eq!(ended.code, EX_USAGE, "{:#?}", ended.lines);
    let problems = ended.problems();
    let variables = [
        "NOREC_DATABASE_URL",
        "NOREC_ISSUERS_FILE",
        "NOREC_SOURCES",
        "NOREC_TOKEN_FILE",
    ];
    assert_eq!(problems.len(), variables.len(), "{problems:#?}");
    for (problem, variable) in problems.iter().zip(variables) {
        assert!(problem.contains(variable), "{problem}");
    }
}
