//! A visitor with a canary in every field that is personal, of every form that the mark can have.

use contract::testing::v1 as pb;
use host::NoKnobs;
use proto::access::v1::Role;
use testkit::{Actor, Kit, date, id};

/// What must be nowhere but in the vault; each is in one marked field.
pub(super) const CANARIES: [&str; 8] = [
    "kanari-navn",
    "kanari-kallenavn-en",
    "kanari-kallenavn-to",
    "kanari-telefon",
    "kanari-begrunnelse",
    "kanari-merknad-en",
    "kanari-merknad-to",
    "kanari-merknad-tre",
];

/// The day of birth, whose text stands nowhere: 17 May 1991, as protobuf encodes it.
pub(super) const BORN: [u8; 7] = [0x08, 0xc7, 0x0f, 0x10, 0x05, 0x18, 0x11];

/// A visitor with an interview, at the tests' own host.
pub(super) struct Story {
    pub(super) kit: Kit,
    /// Sees visitors and interviews.
    pub(super) adviser: Actor,
    /// Sees neither.
    pub(super) head: Actor,
    pub(super) visitor: String,
    pub(super) interview: String,
}

/// The day that the story is told on.
pub(super) const TODAY: &str = "2026-06-10";

impl Story {
    /// On its day, with whom it is told of registered, interviewed and rejected.
    pub(super) async fn told() -> Self {
        let story = Self::begun().await;
        let (adviser, interview) = (&story.adviser, &story.interview);
        adviser.must(remarks(interview, &[CANARIES[7]])).await;
        adviser.must(rejected(&story.visitor)).await;
        story
    }

    /// With whom it is told of registered and interviewed.
    pub(super) async fn begun() -> Self {
        let clock = testkit::noon(TODAY);
        let database = testkit::Database::of(&contract::NOUNS).await;
        let kit = testkit::serve_from(&contract::SERVICE, NoKnobs {}, clock, database).await;
        Self::begun_in(kit).await
    }

    pub(super) async fn begun_in(kit: Kit) -> Self {
        let adviser = kit.person("rita", &[Role::RecruitmentAdviser]);
        let visitor = adviser.must(created()).await.name;
        let interview = adviser.must(interviewed(&visitor, "1")).await.name;
        Self {
            head: kit.person("solveig", &[Role::SectionHead]),
            adviser,
            kit,
            visitor,
            interview,
        }
    }
}

pub(super) fn visitor() -> pb::Visitor {
    pb::Visitor {
        display_name: CANARIES[0].into(),
        birth_date: date("1991-05-17"),
        nicknames: vec![CANARIES[1].into(), CANARIES[2].into()],
        contact: Some(pb::Contact {
            region: "47".into(),
            phone: CANARIES[3].into(),
        }),
        country: "NO".into(),
        ..Default::default()
    }
}

pub(super) fn created() -> pb::CreateVisitorRequest {
    pb::CreateVisitorRequest {
        visitor: Some(visitor()),
        request_id: id(),
        validate_only: false,
    }
}

pub(super) fn updated(visitor: pb::Visitor) -> pb::UpdateVisitorRequest {
    pb::UpdateVisitorRequest {
        visitor: Some(visitor),
        request_id: id(),
        ..Default::default()
    }
}

pub(super) fn rejected(name: &str) -> pb::RejectVisitorRequest {
    pb::RejectVisitorRequest {
        name: name.into(),
        effective_date: date(TODAY),
        reject_reason: CANARIES[4].into(),
        request_id: id(),
        ..Default::default()
    }
}

pub(super) fn admitted(name: &str) -> pb::AdmitVisitorRequest {
    pb::AdmitVisitorRequest {
        name: name.into(),
        effective_date: date(TODAY),
        request_id: id(),
        ..Default::default()
    }
}

pub(super) fn interviewed(visitor: &str, id: &str) -> pb::CreateInterviewRequest {
    pb::CreateInterviewRequest {
        parent: visitor.into(),
        interview_id: id.into(),
        interview: Some(pb::Interview {
            topic: "samtale".into(),
            remarks: vec![CANARIES[5].into(), CANARIES[6].into()],
            ..Default::default()
        }),
        request_id: testkit::id(),
        validate_only: false,
    }
}

pub(super) fn remarks(interview: &str, remarks: &[&str]) -> pb::AddRemarksRequest {
    pb::AddRemarksRequest {
        name: interview.into(),
        remarks: remarks.iter().map(|it| (*it).to_owned()).collect(),
        request_id: id(),
        ..Default::default()
    }
}

pub(super) fn get(name: &str) -> pb::GetVisitorRequest {
    pb::GetVisitorRequest {
        name: name.into(),
        read_time: None,
    }
}

pub(super) fn get_interview(name: &str) -> pb::GetInterviewRequest {
    pb::GetInterviewRequest {
        name: name.into(),
        read_time: None,
    }
}

/// What somebody else may see of a visitor.
pub(super) fn public(it: &pb::Visitor) -> pb::Visitor {
    let contact = it.contact.clone().map(|it| pb::Contact {
        phone: String::new(),
        ..it
    });
    pb::Visitor {
        display_name: String::new(),
        birth_date: None,
        nicknames: Vec::new(),
        contact,
        reject_reason: String::new(),
        ..it.clone()
    }
}
