//! What is answered of something closed or reported is what was recorded, whatever its table says since
//! (cases § 6).

use governance::domain::cutoff::rows_digest;
use proto::access::v1::Role;
use proto::audit::v1::ListEntriesRequest;
use proto::governance::v1 as pb;
use proto::governance::v1::render_report_request::{Format, Language};
use sha2::{Digest, Sha256};
use sqlx::Executor;

use crate::reports_world::{check, closed_2025, content, draft, figure, render};
use crate::world::controller;

/// VE-10, B-T03: a report's stored content is changed as the owner; what is rendered is what was
/// recorded, byte for byte, in each format.
#[tokio::test]
async fn a_report_is_rendered_as_it_was_recorded() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    kari.must(draft(content())).await;
    kari.must(check()).await;
    let wanted = [
        render(Language::Nn, Format::Pdf, ""),
        render(Language::Nb, Format::Csv, "by-post"),
        render(Language::Nb, Format::Json, "by-post"),
    ];
    let mut before = Vec::new();
    for request in &wanted {
        before.push(kari.must(request.clone()).await);
    }
    let mut owner = kit.owner().await;
    let forged = "update reports set content = '', state = 'drafted', version = 9, findings = '[]'";
    owner.execute(forged).await.unwrap();
    for (request, before) in wanted.into_iter().zip(before) {
        assert!(kari.must(request).await == before);
    }
}

/// VE-10: a figure is changed as the owner, with its group; no document prints it, and the refusal names
/// it. Another figure's table is refused too: a document is made whole.
#[tokio::test]
async fn a_figure_that_was_changed_is_not_printed() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    kari.must(draft(content())).await;
    kari.must(check()).await;
    let mut owner = kit.owner().await;
    for sql in [
        "alter table figures disable trigger user",
        "alter table figure_groups disable trigger user",
        "update figures set amount = amount + 1 where name like '%/voted-1'",
        "update figure_groups set amount = amount + 1 where figure like '%/voted-1' and key = '{70}'",
    ] {
        owner.execute(sql).await.unwrap();
    }
    for request in [
        render(Language::Nn, Format::Pdf, ""),
        render(Language::Nb, Format::Csv, "by-account"),
    ] {
        let refusal = kari.refused(request, "FIGURE_CHANGED").await;
        assert_eq!(refusal.metadata("figures"), figure("voted"));
    }
}

/// A rendered file says which version of the report it is of, with the digest of what was recorded, and
/// the digest of the cut-off whose figures it prints.
#[tokio::test]
async fn a_rendered_file_says_what_it_is_of() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    kari.must(draft(content())).await;
    let checked = kari.must(check()).await;
    let cutoff = pb::GetCutoffRequest {
        name: "cutoffs/2025-e1".into(),
        read_time: None,
    };
    let closed = kari.must(cutoff).await.evidence.unwrap();
    let entries = ListEntriesRequest {
        subject: checked.name.clone(),
        ..Default::default()
    };
    let auditor = kit.person("revisor", &[Role::Auditor]);
    let entry = auditor.must(entries).await.entries.pop().unwrap();
    assert_eq!(
        entry.after_digest,
        Sha256::digest(entry.after.unwrap().value).to_vec()
    );
    for request in [
        render(Language::Nn, Format::Pdf, ""),
        render(Language::Nb, Format::Csv, "by-post"),
        render(Language::Nb, Format::Json, "by-account"),
    ] {
        let file = kari.must(request).await.content;
        let said = press::Evidence::find(&file).unwrap();
        assert_eq!((said.report.as_str(), said.version), ("reports/2025", 2));
        assert_eq!(said.content_digest, hex::encode(&entry.after_digest));
        let [basis] = &said.cutoffs[..] else {
            panic!("{said:?}")
        };
        assert_eq!(basis.name, "cutoffs/2025-e1");
        assert_eq!(basis.digest, Some(hex::encode(&closed.digest)));
        assert!(said.figures.contains(&figure("voted")), "{said:?}");
        assert!(
            said.figures
                .iter()
                .all(|it| closed.figures.iter().any(|of| of.name == *it))
        );
    }
}

/// An import keeps the digest of its rows: whoever lists them computes it anew, and one that is changed
/// as the owner has another.
#[tokio::test]
async fn an_import_keeps_the_digest_of_its_rows() {
    let kit = closed_2025().await;
    let kari = controller(&kit);
    let import = pb::GetAccountsImportRequest {
        name: "accountsImports/2025".into(),
        read_time: None,
    };
    let kept = kari.must(import).await.rows_digest;
    let rows = pb::ListAccountRowsRequest {
        parent: "accountsImports/2025".into(),
        page_size: 1000,
        ..Default::default()
    };
    let listed = kari.must(rows.clone()).await.account_rows;
    assert_eq!(rows_digest(listed), kept);
    let mut owner = kit.owner().await;
    for (sql, is_equal) in [
        (
            "update account_rows set description = 'x' where number = 1",
            true,
        ),
        (
            "update account_rows set amount_ore = amount_ore + 1 where number = 1",
            false,
        ),
    ] {
        owner.execute(sql).await.unwrap();
        let listed = kari.must(rows.clone()).await.account_rows;
        assert_eq!(rows_digest(listed) == kept, is_equal, "{sql}");
    }
}
