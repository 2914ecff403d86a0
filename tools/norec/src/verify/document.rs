//! A rendered file against what was recorded: it carries digests out of every database.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use press::{Evidence, hex};
use proto::audit::v1::ListEntriesRequest;
use proto::governance::v1 as pb;

use super::anchors::governance;
use super::findings::Findings;
use super::reader::Reader;

/// Compares what a file says that it is of.
pub(super) async fn compare(
    reader: &mut Reader,
    file: &Path,
    findings: &mut Findings,
) -> Result<()> {
    let shown = file.display();
    let content = std::fs::read(file).with_context(|| shown.to_string())?;
    let said = Evidence::find(&content)
        .ok_or_else(|| anyhow!("{shown} does not say which report and cut-off it is of"))?;
    ensure!(
        !said.cutoff_digest.is_empty(),
        "{shown} is of {}, which closed before digests were kept",
        said.cutoff
    );
    let request = pb::GetCutoffRequest {
        name: said.cutoff.clone(),
        read_time: None,
    };
    let kept = reader.ask(governance()?, &request).await?;
    let kept = kept.evidence.unwrap_or_default();
    let version = recorded_digest(reader, &said).await?;
    for what in departures(&said, &kept, version.as_deref()) {
        findings.differs("governance", format_args!("{shown}: {what}"))?;
    }
    Ok(())
}

/// The digest of the report's version, as it was recorded.
async fn recorded_digest(reader: &mut Reader, said: &Evidence) -> Result<Option<String>> {
    let request = |page_token| ListEntriesRequest {
        subject: said.report.clone(),
        page_size: 20,
        page_token,
        ..Default::default()
    };
    let mut found = None;
    reader
        .list(
            governance()?,
            request,
            |rows| {
                let of_version = rows.into_iter().find(|it| it.version == said.version);
                found = found.take().or(of_version.map(|it| hex(&it.after_digest)));
            },
            |it| (it.entries, it.next_page_token),
        )
        .await?;
    Ok(found)
}

fn departures(said: &Evidence, kept: &pb::CutoffEvidence, version: Option<&str>) -> Vec<String> {
    let mut told = Vec::new();
    if said.cutoff_digest != hex(&kept.digest) {
        told.push(format!("it bears another digest of {}", said.cutoff));
    }
    if version != Some(said.content_digest.as_str()) {
        told.push(format!(
            "it bears another digest of version {} of {}",
            said.version, said.report
        ));
    }
    // Those of other cut-offs are of theirs.
    let own = format!("{}/", said.cutoff);
    let figures = said.figures.iter().filter(|it| it.starts_with(&own));
    let unknown = figures.filter(|it| !kept.figures.iter().any(|of| of.name == **it));
    told.extend(unknown.map(|it| format!("it prints {it}, which was never computed")));
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    /// VE-06, decided: what a document carries is compared with what is recorded.
    #[test]
    fn each_thing_that_a_document_bears_is_compared() {
        let said = Evidence {
            report: "reports/2025".into(),
            version: 2,
            content_digest: hex(&[1]),
            cutoff: "cutoffs/2025-e1".into(),
            cutoff_digest: hex(&[2]),
            figures: vec![
                "cutoffs/2025-e1/figures/a-1".into(),
                "cutoffs/2024-e1/figures/a-1".into(),
            ],
        };
        let kept = pb::CutoffEvidence {
            figures: vec![pb::NamedDigest {
                name: "cutoffs/2025-e1/figures/a-1".into(),
                digest: vec![],
            }],
            digest: vec![2],
            ..Default::default()
        };
        assert_eq!(departures(&said, &kept, Some("01")), Vec::<String>::new());
        let other = pb::CutoffEvidence::default();
        assert_eq!(
            departures(&said, &other, None),
            [
                "it bears another digest of cutoffs/2025-e1",
                "it bears another digest of version 2 of reports/2025",
                "it prints cutoffs/2025-e1/figures/a-1, which was never computed",
            ]
        );
    }
}
