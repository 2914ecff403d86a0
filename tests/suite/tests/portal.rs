//! PORTAL acts for somebody, and says for whom; each knows of his own.

use contract::testing::v1 as pb;
use proto::access::v1::Role;
use proto::audit::v1::ListEntriesRequest;
use testkit::id;

use crate::served;

fn create(acting_for: &str, request_id: &str) -> pb::CreateWishRequest {
    pb::CreateWishRequest {
        wish: Some(pb::Wish {
            text: "Et kurs".into(),
            ..Default::default()
        }),
        acting_for: acting_for.into(),
        request_id: request_id.into(),
        validate_only: false,
    }
}

fn update(name: &str, partner: &str, acting_for: &str) -> pb::UpdateWishRequest {
    pb::UpdateWishRequest {
        wish: Some(pb::Wish {
            name: name.into(),
            text: "Et annet kurs".into(),
            partner: partner.into(),
            ..Default::default()
        }),
        acting_for: acting_for.into(),
        request_id: id(),
        ..Default::default()
    }
}

fn get(name: &str, acting_for: &str) -> pb::GetWishRequest {
    pb::GetWishRequest {
        name: name.into(),
        acting_for: acting_for.into(),
        ..Default::default()
    }
}

/// PORTAL must name whom it acts for, by a resource name, and nobody else may; where only what is open is
/// answered, it need not.
#[tokio::test]
async fn portal_says_for_whom_it_acts_and_nobody_else_does() {
    let kit = served::alone(&contract::NOUNS).await;
    let portal = kit.machine(&[Role::Portal]);
    let staff = kit.person("kari", &[Role::RecruitmentAdviser]);
    for (actor, acting_for, reason) in [
        (&portal, "", "REQUIRED"),
        (&portal, "Partner X", "RESOURCE_NAME"),
        (&staff, "partners/a", "PORTAL_ONLY"),
    ] {
        let refusal = actor
            .refused(get("wishes/1", acting_for), "INVALID_FIELDS")
            .await;
        assert_eq!(refusal.fields(), ["acting_for"]);
        assert_eq!(refusal.field_reasons(), [reason]);
    }
    let open = pb::ListDossiersRequest::default();
    assert_eq!(portal.must(open).await.dossiers, []);
}

/// A wish is known to whom it belongs and to the staff, and the journal says for whom PORTAL acted. Who is no
/// longer to know of it is not told of it by a repeated request either.
#[tokio::test]
async fn each_knows_of_his_own() {
    let kit = served::alone(&contract::NOUNS).await;
    let portal = kit.machine(&[Role::Portal]);
    let staff = kit.person("kari", &[Role::RecruitmentAdviser]);
    let (key, other_key) = (id(), id());
    let wish = portal.must(create("partners/a", &key)).await;
    assert_eq!(wish.partner, "partners/a");
    let others = portal.must(create("partners/b", &other_key)).await;

    assert_eq!(portal.must(get(&wish.name, "partners/a")).await, wish);
    assert_eq!(staff.must(get(&wish.name, "")).await, wish);
    portal
        .refused(get(&wish.name, "partners/b"), "NOT_FOUND")
        .await;
    let not_his = update(&wish.name, "partners/b", "partners/b");
    portal.refused(not_his, "NOT_FOUND").await;
    for (actor, acting_for, expected) in [
        (&portal, "partners/a", vec![&wish]),
        (&portal, "partners/b", vec![&others]),
        (&portal, "partners/c", vec![]),
        (&staff, "", vec![&wish, &others]),
    ] {
        let list = pb::ListWishesRequest {
            acting_for: acting_for.into(),
            ..Default::default()
        };
        let listed = actor.must(list).await.wishes;
        assert_eq!(listed.iter().collect::<Vec<_>>(), expected, "{acting_for}");
    }
    let reused = portal.refused(create("partners/b", &key), "REQUEST_ID_REUSED");
    reused.await;

    assert_eq!(portal.must(create("partners/a", &key)).await, wish);
    staff.must(update(&wish.name, "partners/b", "")).await;
    portal
        .refused(create("partners/a", &key), "NOT_FOUND")
        .await;
    portal
        .refused(get(&wish.name, "partners/a"), "NOT_FOUND")
        .await;

    let entries = ListEntriesRequest {
        subject: wish.name,
        ..Default::default()
    };
    let auditor = kit.person("grethe", &[Role::Auditor]);
    let entries = auditor.must(entries).await.entries;
    let acted: Vec<_> = entries.iter().map(|it| it.acting_for.as_str()).collect();
    assert_eq!(acted, ["partners/a", ""]);
}
