//! A rendered file against what was recorded: it carries digests out of every database.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use press::Evidence;
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
    let version = recorded_digest(reader, &said).await?;
    let mut told: Vec<_> = of_version(&said, version.as_deref()).into_iter().collect();
    let mut compared = 0;
    for basis in &said.cutoffs {
        let Some(digest) = &basis.digest else {
            continue;
        };
        compared += 1;
        let request = pb::GetCutoffRequest {
            name: basis.name.clone(),
            read_time: None,
        };
        let kept = reader.ask(governance()?, &request).await?;
        let kept = kept.evidence.unwrap_or_default();
        told.extend(departures(&said, (&basis.name, digest), &kept));
    }
    ensure!(
        compared > 0,
        "{shown} is of cut-offs that closed before digests were kept"
    );
    for what in told {
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
                found = found
                    .take()
                    .or(of_version.map(|it| hex::encode(&it.after_digest)));
            },
            |it| (it.entries, it.next_page_token),
        )
        .await?;
    Ok(found)
}

fn of_version(said: &Evidence, version: Option<&str>) -> Option<String> {
    let differs = version != Some(said.content_digest.as_str());
    let Evidence {
        report, version, ..
    } = said;
    differs.then(|| format!("it bears another digest of version {version} of {report}"))
}

fn departures(
    said: &Evidence,
    (cutoff, digest): (&str, &str),
    kept: &pb::CutoffEvidence,
) -> Vec<String> {
    let mut told = Vec::new();
    if digest != hex::encode(&kept.digest) {
        told.push(format!("it bears another digest of {cutoff}"));
    }
    let own = format!("{cutoff}/");
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
            content_digest: "01".into(),
            cutoffs: Vec::new(),
            figures: vec![
                "cutoffs/2025-e1/figures/a-1".into(),
                "cutoffs/2024-e1/figures/a-1".into(),
            ],
        };
        let own = ("cutoffs/2025-e1", "02");
        let kept = pb::CutoffEvidence {
            figures: vec![pb::NamedDigest {
                name: "cutoffs/2025-e1/figures/a-1".into(),
                digest: vec![],
            }],
            digest: vec![2],
            ..Default::default()
        };
        assert_eq!(departures(&said, own, &kept), Vec::<String>::new());
        assert_eq!(of_version(&said, Some("01")), None);
        let other = pb::CutoffEvidence::default();
        assert_eq!(
            departures(&said, own, &other),
            [
                "it bears another digest of cutoffs/2025-e1",
                "it prints cutoffs/2025-e1/figures/a-1, which was never computed",
            ]
        );
        let version = "it bears another digest of version 2 of reports/2025";
        assert_eq!(of_version(&said, None).as_deref(), Some(version));
    }
}
