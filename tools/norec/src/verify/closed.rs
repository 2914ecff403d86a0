//! What cut-offs closed with, and imports: figures, restatements and rows as they are listed, against the
//! digests that the journal has of them.

use std::collections::BTreeMap;

use anyhow::Result;
use governance::domain::cutoff::{cutoff_digest, figure_digest, restatement_digest, rows_digest};
use proto::governance::v1 as pb;
use proto::governance::v1::recompute_figure_response::Verdict;

use super::anchors::governance;
use super::findings::Findings;
use super::reader::Reader;

/// How much was compared.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) cutoffs: usize,
    pub(super) figures: usize,
    pub(super) restatements: usize,
    pub(super) imports: usize,
    pub(super) rows: usize,
    /// Cut-offs and imports from before digests were kept.
    pub(super) without: usize,
}

/// Compares all that these cut-offs closed with, and all imports.
pub(super) async fn compare(
    reader: &mut Reader,
    cutoffs: &[pb::Cutoff],
    findings: &mut Findings,
) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut formulas = BTreeMap::new();
    findings.begin("cut-offs".to_owned(), i64::try_from(cutoffs.len())?);
    for cutoff in cutoffs {
        let request = pb::GetCutoffRequest {
            name: cutoff.name.clone(),
            read_time: None,
        };
        let recorded = reader.ask(governance()?, &request).await?;
        if recorded.state() == pb::cutoff::State::Closed {
            let kept = recorded.evidence.clone().filter(|it| !it.digest.is_empty());
            match kept {
                Some(kept) => {
                    counts.cutoffs += 1;
                    counts.figures += kept.figures.len();
                    counts.restatements += kept.restatements.len();
                    compare_one(reader, &recorded, &kept, &mut formulas, findings).await?;
                }
                None => counts.without += 1,
            }
        }
        findings.read(1);
    }
    recompute_last(reader, cutoffs, findings).await?;
    compare_imports(reader, findings, &mut counts).await?;
    Ok(counts)
}

async fn compare_one(
    reader: &mut Reader,
    cutoff: &pb::Cutoff,
    kept: &pb::CutoffEvidence,
    formulas: &mut BTreeMap<String, pb::Formula>,
    findings: &mut Findings,
) -> Result<()> {
    if cutoff_digest(&cutoff.name, &cutoff.marks, kept) != kept.digest {
        let what = format!(
            "{} has another digest than its marks and figures make",
            cutoff.name
        );
        findings.differs("governance", what)?;
    }
    let mut figures = Vec::new();
    for figure in figures_of(reader, &cutoff.name).await? {
        let formula = formula(reader, &figure.indicator, formulas).await?;
        let digest = figure_digest(&cutoff.marks, formula, &kept.measures, figure);
        figures.push(digest);
    }
    tell(&kept.figures, &figures, findings)?;
    let mut restatements = Vec::new();
    let request = |page_token| pb::ListRestatementsRequest {
        parent: cutoff.name.clone(),
        page_token,
        ..Default::default()
    };
    let take = |rows: Vec<pb::Restatement>| {
        restatements.extend(rows.iter().map(|it| pb::NamedDigest {
            name: it.name.clone(),
            digest: restatement_digest(it),
        }));
    };
    reader
        .list(governance()?, request, take, |it| {
            (it.restatements, it.next_page_token)
        })
        .await?;
    tell(&kept.restatements, &restatements, findings)
}

async fn figures_of(reader: &mut Reader, cutoff: &str) -> Result<Vec<pb::Figure>> {
    let request = |page_token| pb::ListFiguresRequest {
        parent: cutoff.to_owned(),
        page_token,
        ..Default::default()
    };
    let mut figures = Vec::new();
    reader
        .list(
            governance()?,
            request,
            |rows| figures.extend(rows),
            |it| (it.figures, it.next_page_token),
        )
        .await?;
    Ok(figures)
}

/// The formula of an indicator's edition, which never changes.
async fn formula<'a>(
    reader: &mut Reader,
    indicator: &str,
    known: &'a mut BTreeMap<String, pb::Formula>,
) -> Result<&'a pb::Formula> {
    if !known.contains_key(indicator) {
        let request = pb::GetIndicatorRequest {
            name: indicator.to_owned(),
            read_time: None,
        };
        let formula = reader.ask(governance()?, &request).await?.formula;
        known.insert(indicator.to_owned(), formula.unwrap_or_default());
    }
    Ok(&known[indicator])
}

/// Names what is listed otherwise than it was kept, is gone, or was not there.
fn tell(
    kept: &[pb::NamedDigest],
    listed: &[pb::NamedDigest],
    findings: &mut Findings,
) -> Result<()> {
    for (name, what) in departures(kept, listed) {
        findings.differs("governance", format_args!("{name} {what}"))?;
    }
    Ok(())
}

fn departures<'a>(
    kept: &'a [pb::NamedDigest],
    listed: &'a [pb::NamedDigest],
) -> Vec<(&'a str, &'static str)> {
    let digest = |all: &'a [pb::NamedDigest], name: &str| {
        let found = all.iter().find(|it| it.name == name);
        found.map(|it| it.digest.as_slice())
    };
    let changed = kept.iter().filter_map(|it| match digest(listed, &it.name) {
        None => Some((it.name.as_str(), "is gone since its cut-off closed")),
        Some(digest) if digest != it.digest => {
            Some((it.name.as_str(), "is not as its cut-off closed with"))
        }
        Some(_) => None,
    });
    let new = listed.iter().filter(|it| digest(kept, &it.name).is_none());
    let new = new.map(|it| (it.name.as_str(), "was not there when its cut-off closed"));
    changed.chain(new).collect()
}

/// Reads governance's copies of all facts up to the highest marks again, by computing a figure there.
async fn recompute_last(
    reader: &mut Reader,
    cutoffs: &[pb::Cutoff],
    findings: &mut Findings,
) -> Result<()> {
    let closed = cutoffs
        .iter()
        .filter(|it| it.state() == pb::cutoff::State::Closed);
    let last = closed.max_by_key(|it| it.marks.iter().map(|it| it.number).sum::<i64>());
    let Some(last) = last else { return Ok(()) };
    let Some(figure) = figures_of(reader, &last.name).await?.into_iter().next() else {
        return Ok(());
    };
    let request = pb::RecomputeFigureRequest {
        name: figure.name.clone(),
    };
    let again = reader.ask(governance()?, &request).await?;
    if again.verdict() != Verdict::Equal {
        let what = format!("{} recomputed: {} diverges", figure.name, again.diverging);
        findings.differs("governance", what)?;
    }
    Ok(())
}

async fn compare_imports(
    reader: &mut Reader,
    findings: &mut Findings,
    counts: &mut Counts,
) -> Result<()> {
    let mut names = Vec::new();
    let request = |page_token| pb::ListAccountsImportsRequest {
        page_token,
        ..Default::default()
    };
    let take = |rows: Vec<pb::AccountsImport>| names.extend(rows.into_iter().map(|it| it.name));
    reader
        .list(governance()?, request, take, |it| {
            (it.accounts_imports, it.next_page_token)
        })
        .await?;
    findings.begin("accounts imports".to_owned(), i64::try_from(names.len())?);
    for name in names {
        let request = pb::GetAccountsImportRequest {
            name: name.clone(),
            read_time: None,
        };
        let kept = reader.ask(governance()?, &request).await?.rows_digest;
        findings.read(1);
        if kept.is_empty() {
            counts.without += 1;
            continue;
        }
        let request = |page_token| pb::ListAccountRowsRequest {
            parent: name.clone(),
            page_size: 1000,
            page_token,
        };
        // At most 10 000, as the contract says.
        let mut rows = Vec::new();
        reader
            .list(
                governance()?,
                request,
                |page| rows.extend(page),
                |it| (it.account_rows, it.next_page_token),
            )
            .await?;
        counts.imports += 1;
        counts.rows += rows.len();
        if rows_digest(rows) != kept {
            let what = format!("{name} has other rows than were imported");
            findings.differs("governance", what)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_changed_gone_or_new_is_named() {
        let digests = |all: &[(&str, u8)]| -> Vec<_> {
            let named = all.iter().map(|(name, digest)| pb::NamedDigest {
                name: (*name).to_owned(),
                digest: vec![*digest],
            });
            named.collect()
        };
        let kept = digests(&[("a", 1), ("b", 2), ("c", 3)]);
        assert_eq!(departures(&kept, &kept), []);
        let listed = digests(&[("a", 1), ("b", 9), ("d", 4)]);
        assert_eq!(
            departures(&kept, &listed),
            [
                ("b", "is not as its cut-off closed with"),
                ("c", "is gone since its cut-off closed"),
                ("d", "was not there when its cut-off closed"),
            ]
        );
    }
}
