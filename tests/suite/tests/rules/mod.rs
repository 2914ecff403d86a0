//! Rules as rows: entered by one, confirmed by another, and holding from their day on.

mod bounds;

use std::collections::BTreeSet;

use chrono::Days;
use platform::oslo_date;
use proto::access::v1::Role;
use proto::audit::v1::ListEntriesRequest;
use proto::rules::v1 as pb;
use proto::rules::v1::rule_edition::State;
use proto::rules::v1::rule_value::Kind;
use sqlx::Row as _;
use testkit::{Actor, Kit, date, id};

use crate::{served, tidy};

const LATE: &str = "rules/late-registration";

fn days(days: i64) -> Kind {
    Kind::Days(days)
}

fn enter(parent: &str, valid_from: &str, value: Kind) -> pb::EnterRuleEditionRequest {
    pb::EnterRuleEditionRequest {
        parent: parent.into(),
        rule_edition: Some(pb::RuleEdition {
            valid_from: date(valid_from),
            value: Some(pb::RuleValue { kind: Some(value) }),
            source: "Vedtak i ledermøtet; assumed".into(),
            ..Default::default()
        }),
        late_reason: "Vedtatt sent".into(),
        request_id: id(),
        validate_only: false,
    }
}

fn confirm(name: &str) -> pb::ConfirmRuleEditionRequest {
    pb::ConfirmRuleEditionRequest {
        name: name.into(),
        request_id: id(),
        ..Default::default()
    }
}

fn withdraw(name: &str) -> pb::WithdrawRuleEditionRequest {
    pb::WithdrawRuleEditionRequest {
        name: name.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The name of the edition in force on a day, of each rule or of one.
async fn in_force(actor: &Actor, parent: &str, day: &str) -> Vec<String> {
    let list = pb::ListRuleEditionsRequest {
        parent: parent.into(),
        in_force_on: date(day),
        ..Default::default()
    };
    let editions = actor.must(list).await.rule_editions;
    editions.into_iter().map(|it| it.name).collect()
}

struct Office {
    kit: Kit,
    controller: Actor,
    director: Actor,
}

async fn office() -> Office {
    let kit = served::grants().await;
    Office {
        controller: kit.person("kontroller-k", &[Role::Controller]),
        director: kit.person("direktor-d", &[Role::Director]),
        kit,
    }
}

impl Office {
    /// Has an edition entered by one and confirmed by another; answers its name.
    async fn decided(&self, request: pb::EnterRuleEditionRequest) -> String {
        let name = self.controller.must(request).await.name;
        let confirmed = self.director.must(confirm(&name)).await;
        assert_eq!(confirmed.state(), State::Confirmed);
        name
    }
}

#[tokio::test]
async fn an_edition_is_entered_by_one_and_confirmed_by_another() {
    let office = office().await;
    let (controller, director) = (&office.controller, &office.director);
    let both = office
        .kit
        .person("begge-b", &[Role::Controller, Role::Director]);
    let entered = both.must(enter(LATE, "2025-03-01", days(14))).await;
    assert_eq!(entered.name, format!("{LATE}/editions/2025-03-01"));
    assert_eq!(entered.state(), State::Entered);
    both.refused(confirm(&entered.name), "SEPARATION_OF_DUTIES")
        .await;
    assert_eq!(
        in_force(director, LATE, "2025-03-01").await,
        [format!("{LATE}/editions/1990-01-01")],
        "what is entered does not hold"
    );
    let machine = office.kit.machine(&[Role::Director]);
    machine
        .refused(confirm(&entered.name), "NEEDS_A_PERSON")
        .await;
    director.must(confirm(&entered.name)).await;
    for (day, holds) in [("2025-02-28", "1990-01-01"), ("2025-03-01", "2025-03-01")] {
        let holds = format!("{LATE}/editions/{holds}");
        assert_eq!(in_force(controller, LATE, day).await, [holds]);
    }

    // A wrong one is replaced by another of its day; one that was entered by mistake is withdrawn.
    let second = controller
        .must(enter(LATE, "2025-03-01", days(10)))
        .await
        .name;
    assert_eq!(second, format!("{LATE}/editions/2025-03-01-2"));
    controller.must(withdraw(&second)).await;
    director.refused(confirm(&second), "WRONG_STATE").await;
    let third = office.decided(enter(LATE, "2025-03-01", days(9))).await;
    assert_eq!(third, format!("{LATE}/editions/2025-03-01-3"));
    assert_eq!(
        in_force(controller, LATE, "2025-06-01").await,
        [third.as_str()]
    );
    director.refused(withdraw(&third), "WRONG_STATE").await;

    let get = pb::GetRuleEditionRequest {
        name: third,
        read_time: None,
    };
    let value = director.must(get).await.value.and_then(|it| it.kind);
    assert_eq!(value, Some(days(9)));
}

/// An edition changes what is judged from its day on, not before, and the decision keeps the edition that it
/// was judged by: how late a step may be registered without a reason.
#[tokio::test]
async fn a_step_is_late_by_the_edition_of_its_registration() {
    let kit = served::grants().await;
    let today = oslo_date(kit.host.clock.now());
    let back = |days| testkit::date(&(today - Days::new(days)).to_string());
    let office = Office {
        controller: kit.person("kontroller-k", &[Role::Controller]),
        director: kit.person("direktor-d", &[Role::Director]),
        kit,
    };
    let entered = |valid_from, late_reason: &str| pb::EnterRuleEditionRequest {
        late_reason: late_reason.into(),
        rule_edition: Some(pb::RuleEdition {
            valid_from,
            ..enter(LATE, "1990-01-01", days(14)).rule_edition.unwrap()
        }),
        ..enter(LATE, "1990-01-01", days(14))
    };
    // Eight days back is late by the shipped seven.
    let refusal = office
        .controller
        .refused(entered(back(8), ""), "LATE_REASON_REQUIRED")
        .await;
    assert_eq!(
        refusal.metadata("rule"),
        format!("{LATE}/editions/1990-01-01")
    );
    let name = office.decided(entered(back(0), "")).await;
    let second = office.controller.must(entered(back(8), "")).await;
    let late = office
        .controller
        .refused(entered(back(15), ""), "LATE_REASON_REQUIRED")
        .await;
    assert_eq!(
        (late.metadata("rule"), late.metadata("days")),
        (name.clone(), "14".into())
    );
    // One that is to come changes nothing yet.
    let coming = testkit::date(&(today + Days::new(1)).to_string());
    office.decided(entered(coming, "")).await;
    office.controller.must(withdraw(&second.name)).await;
    let late = office
        .controller
        .refused(entered(back(15), ""), "LATE_REASON_REQUIRED")
        .await;
    assert_eq!(late.metadata("rule"), name);
}

/// What the code ships is entered when a database is migrated: once, also by two at a time, with an entry each. The
/// earliest holds from 1990 on, a later one from its own day, and one that an office has confirmed stands.
#[tokio::test]
async fn what_is_shipped_is_entered_once_and_an_offices_own_stands() {
    let kit = served::alone(&contract::NOUNS).await;
    let auditor = kit.person("revisor-g", &[Role::Auditor]);
    let entries = |subject: &str| ListEntriesRequest {
        subject: subject.to_owned(),
        ..Default::default()
    };
    let first = format!("{LATE}/editions/1990-01-01");
    let shipped = auditor.must(entries(&first)).await.entries;
    assert_eq!(shipped.len(), 1);
    assert_eq!(shipped[0].method, "platform.rules.ship");
    assert_eq!(shipped[0].actor, "workloads/contract");
    for (day, holds) in [("2024-06-30", "1990-01-01"), ("2024-07-01", "2024-07-01")] {
        let holds = format!("rules/notice/editions/{holds}");
        assert_eq!(in_force(&auditor, "rules/notice", day).await, [holds]);
    }

    // An office has decided of a day before the code ships an edition of it.
    let owner = kit.database.owner_url().parse().unwrap();
    let mut db = kit.owner().await;
    let forget = "alter table platform.rule_editions disable trigger user;
         delete from platform.rule_editions where name = 'rules/notice/editions/2024-07-01';
         delete from platform.rule_editions where name = 'rules/term/editions/1990-01-01';
         alter table platform.rule_editions enable trigger user;
         alter table platform.journal disable trigger user;
         delete from platform.journal where subject in
             ('rules/notice/editions/2024-07-01', 'rules/term/editions/1990-01-01');
         alter table platform.journal enable trigger user;";
    sqlx::raw_sql(forget).execute(&mut db).await.unwrap();
    let controller = kit.person("kontroller-k", &[Role::Controller]);
    let director = kit.person("direktor-d", &[Role::Director]);
    let own = controller
        .must(enter("rules/notice", "2024-07-01", Kind::Weeks(4)))
        .await
        .name;
    director.must(confirm(&own)).await;
    let (one, other) = tokio::join!(
        platform::migrate(&owner, &contract::NOUNS),
        platform::migrate(&owner, &contract::NOUNS),
    );
    one.and(other).unwrap();
    platform::migrate(&owner, &contract::NOUNS).await.unwrap();
    assert_eq!(
        in_force(&auditor, "rules/notice", "2024-07-01").await,
        [own.as_str()]
    );
    let term = "rules/term/editions/1990-01-01";
    assert_eq!(in_force(&auditor, "rules/term", "2024-07-01").await, [term]);
    assert_eq!(auditor.must(entries(term)).await.entries.len(), 1);
}

/// Every rule of every service has an edition in force from 1990 on, of its kind; and every rule that a crate
/// defines is served by its hosts.
#[tokio::test]
async fn every_rule_holds_from_1990_and_none_is_forgotten() {
    let mut defined = BTreeSet::new();
    for nouns in served::swept() {
        let kit = served::alone(nouns).await;
        let actor = kit.person("noen", &[]);
        let rules = actor.must(pb::ListRulesRequest {}).await.rules;
        let held = in_force(&actor, "", "1990-01-01").await;
        let expected: BTreeSet<_> = rules
            .iter()
            .map(|it| format!("{}/editions/1990-01-01", it.name))
            .collect();
        assert_eq!(
            held.into_iter().collect::<BTreeSet<_>>(),
            expected,
            "{}",
            nouns.service
        );
        for rule in nouns.all_rules() {
            for shipped in rule.shipped {
                let (_, value) = shipped.read().unwrap();
                assert_eq!(value.kind(), rule.kind, "{}", rule.id);
            }
            assert_eq!(rule.shipped[0].valid_from, "1990-01-01", "{}", rule.id);
            assert!(
                defined.insert(rule.id)
                    || !nouns.rules.is_empty()
                    || rule.id == "late-registration"
            );
        }
    }
    let mut written = 0;
    for folder in ["platform", "services", "tests/contract"] {
        for file in tidy::files(&tidy::root().join(folder), &[".rs"]) {
            let source = std::fs::read_to_string(file).unwrap();
            written += source
                .lines()
                .filter(|it| it.contains("static ") && it.contains(": Rule<"))
                .count();
        }
    }
    assert_eq!(written, defined.len(), "every static Rule is served");
}

/// What is confirmed never changes, whoever asks the database.
#[tokio::test]
async fn a_confirmed_edition_is_for_good() {
    let kit = served::grants().await;
    let mut owner = kit.owner().await;
    for change in [
        "update platform.rule_editions set value = '{\"days\": 1}'",
        "update platform.rule_editions set state = 'withdrawn', version = 2",
        "delete from platform.rule_editions",
        "truncate platform.rule_editions",
    ] {
        let refused = sqlx::query(change).execute(&mut owner).await;
        assert!(refused.is_err(), "{change}");
    }
    let count = "select count(*) from platform.rule_editions where state = 'confirmed'";
    let count: i64 = sqlx::query(count)
        .fetch_one(&mut owner)
        .await
        .unwrap()
        .get(0);
    let shipped = grants::NOUNS.all_rules().map(|it| it.shipped.len()).sum();
    assert_eq!(usize::try_from(count), Ok(shipped));
}
