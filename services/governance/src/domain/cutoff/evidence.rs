//! Evidence: what a cut-off closed with, by digests over messages of the contract, so that whoever reads
//! marks, figures and restatements computes them anew. Each form is for good: it names its fields, and
//! one that a later release adds to a message is left unset here, so that it changes no digest of before.

use std::collections::BTreeSet;

use prost::Message;
use proto::governance::v1 as pb;
use proto::governance::v1::formula::Kind;
use sha2::{Digest, Sha256};

/// Marks as they stand for good: without how far their followers have come.
pub fn sealed_marks(marks: &[pb::SourceMark]) -> Vec<pb::SourceMark> {
    let sealed = |it: &pb::SourceMark| pb::SourceMark {
        source: it.source.clone(),
        number: it.number,
        digest: it.digest.clone(),
        incomplete: it.incomplete,
        source_id: it.source_id.clone(),
        entries_number: it.entries_number,
        entries_digest: it.entries_digest.clone(),
        ..Default::default()
    };
    marks.iter().map(sealed).collect()
}

/// The digest of a whole figure, by its name: over the marks of its cut-off, its formula, the editions that the
/// formula's measures had, and all that it says.
pub fn figure_digest(
    marks: &[pb::SourceMark],
    formula: &pb::Formula,
    editions: &[pb::MeasureEdition],
    figure: pb::Figure,
) -> pb::NamedDigest {
    let measures = measures(formula);
    let is_used = |it: &&pb::MeasureEdition| measures.contains(it.measure.as_str());
    let name = figure.name.clone();
    let sealed = pb::SealedFigure {
        marks: sealed_marks(marks),
        formula: Some(formula.clone()),
        measures: editions.iter().filter(is_used).cloned().collect(),
        figure: Some(pb::Figure {
            name: figure.name,
            indicator: figure.indicator,
            value: figure.value,
            groups: figure.groups,
            fact_count: figure.fact_count,
            digest: figure.digest,
            incomplete_sources: figure.incomplete_sources,
            unit: figure.unit,
        }),
    };
    let digest = Sha256::digest(sealed.encode_to_vec()).to_vec();
    pb::NamedDigest { name, digest }
}

fn measures(formula: &pb::Formula) -> BTreeSet<&str> {
    let sums = match &formula.kind {
        Some(Kind::Sum(it)) => [Some(it), None],
        Some(Kind::Difference(it)) => [it.minuend.as_ref(), it.subtrahend.as_ref()],
        Some(Kind::Share(it)) => [it.numerator.as_ref(), it.denominator.as_ref()],
        None => [None, None],
    };
    let measures = sums.into_iter().flatten().flat_map(|it| &it.measures);
    measures.map(String::as_str).collect()
}

/// The digest of a restatement: over all that it says.
pub fn restatement_digest(it: &pb::Restatement) -> Vec<u8> {
    let sealed = pb::Restatement {
        name: it.name.clone(),
        before_figure: it.before_figure.clone(),
        after_figure: it.after_figure.clone(),
        before: it.before.clone(),
        after: it.after.clone(),
        groups: it.groups.clone(),
        fact_count: it.fact_count,
        first_sum: it.first_sum,
        second_sum: it.second_sum,
    };
    Sha256::digest(sealed.encode_to_vec()).to_vec()
}

/// The digest of a whole cut-off: over its marks and the digests of what was computed at it.
pub fn cutoff_digest(
    name: &str,
    marks: &[pb::SourceMark],
    evidence: &pb::CutoffEvidence,
) -> Vec<u8> {
    let sealed = pb::Cutoff {
        name: name.to_owned(),
        marks: sealed_marks(marks),
        evidence: Some(pb::CutoffEvidence {
            measures: evidence.measures.clone(),
            figures: evidence.figures.clone(),
            restatements: evidence.restatements.clone(),
            ..Default::default()
        }),
        ..Default::default()
    };
    Sha256::digest(sealed.encode_to_vec()).to_vec()
}

/// The digest of an import's rows, which it is given in their order: over every field but what the
/// source says of each, which may be erased.
pub fn rows_digest(rows: impl IntoIterator<Item = pb::AccountRow>) -> Vec<u8> {
    let mut hash = Sha256::new();
    for row in rows {
        let row = pb::AccountRow {
            text: String::new(),
            ..row
        };
        hash.update(row.encode_length_delimited_to_vec());
    }
    hash.finalize().to_vec()
}

/// What is not as the entry that closed the cut-off says: the cut-off, where its marks are others, or
/// the figure of this name and digest. Of one that closed before figures had digests, only marks are
/// compared.
pub fn departure(
    closed: &pb::Cutoff,
    marks: &[pb::SourceMark],
    figure: &pb::NamedDigest,
) -> Option<String> {
    let is_closed = closed.state() == pb::cutoff::State::Closed;
    if !is_closed || sealed_marks(&closed.marks) != sealed_marks(marks) {
        return Some(closed.name.clone());
    }
    let evidence = closed.evidence.as_ref()?;
    (!evidence.figures.contains(figure)).then(|| figure.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> pb::SourceMark {
        pb::SourceMark {
            source: "sources/grants".into(),
            number: 3,
            digest: vec![3],
            source_id: "a".into(),
            entries_number: 5,
            entries_digest: vec![5],
            ..Default::default()
        }
    }

    fn sum(measure: &str) -> pb::Sum {
        pb::Sum {
            measures: vec![measure.into()],
            filters: vec![],
        }
    }

    fn share() -> pb::Formula {
        let share = pb::Share {
            numerator: Some(sum("a")),
            denominator: Some(sum("b")),
        };
        pb::Formula {
            kind: Some(Kind::Share(share)),
            group_by: vec!["post".into()],
        }
    }

    fn edition(measure: &str, edition: i32) -> pb::MeasureEdition {
        pb::MeasureEdition {
            measure: measure.into(),
            edition,
        }
    }

    fn figure() -> pb::Figure {
        pb::Figure {
            name: "cutoffs/2025-e1/figures/x-1".into(),
            fact_count: 2,
            digest: vec![9],
            ..Default::default()
        }
    }

    /// Everything that a figure rests on is in its digest; what another measure's edition is, and how far
    /// a follower has come, is not.
    #[test]
    fn a_figures_digest_is_over_all_that_it_rests_on() {
        let editions = [edition("a", 1), edition("b", 2), edition("c", 1)];
        let digest = figure_digest(&[mark()], &share(), &editions, figure());
        let come = pb::SourceMark {
            progress: 2,
            ..mark()
        };
        let others = [edition("a", 1), edition("b", 2), edition("c", 7)];
        assert_eq!(figure_digest(&[come], &share(), &others, figure()), digest);

        let marks: [fn(&mut pb::SourceMark); 7] = [
            |it| it.source.push('x'),
            |it| it.number += 1,
            |it| it.digest.push(1),
            |it| it.incomplete = true,
            |it| it.source_id.push('x'),
            |it| it.entries_number += 1,
            |it| it.entries_digest.push(1),
        ];
        for change in marks {
            let mut changed = mark();
            change(&mut changed);
            let other = figure_digest(&[changed], &share(), &editions, figure());
            assert_ne!(other, digest);
        }
        let newer = [edition("a", 1), edition("b", 3), edition("c", 1)];
        assert_ne!(figure_digest(&[mark()], &share(), &newer, figure()), digest);
        let ungrouped = pb::Formula {
            group_by: vec![],
            ..share()
        };
        assert_ne!(
            figure_digest(&[mark()], &ungrouped, &editions, figure()),
            digest
        );
        let figures: [fn(&mut pb::Figure); 8] = [
            |it| it.name.push('x'),
            |it| it.indicator.push('x'),
            |it| it.value = Some(pb::Value::default()),
            |it| it.groups = vec![pb::Group::default()],
            |it| it.fact_count += 1,
            |it| it.digest.push(1),
            |it| it.incomplete_sources = vec!["sources/grants".into()],
            |it| it.unit += 1,
        ];
        for change in figures {
            let mut changed = figure();
            change(&mut changed);
            let other = figure_digest(&[mark()], &share(), &editions, changed.clone());
            assert_ne!(other, digest, "{changed:?}");
        }
    }

    #[test]
    fn an_imports_digest_is_over_its_rows_in_their_order_but_not_their_texts() {
        let row = |account: &str, text: &str| pb::AccountRow {
            account: account.into(),
            text: text.into(),
            ..Default::default()
        };
        let digest = rows_digest([row("1", "x"), row("2", "y")]);
        assert_eq!(rows_digest([row("1", ""), row("2", "")]), digest);
        for other in [
            vec![row("2", "y"), row("1", "x")],
            vec![row("1", "x")],
            vec![row("12", ""), row("", "")],
        ] {
            assert_ne!(rows_digest(other), digest);
        }
    }

    /// VE-05, decided: what departs from the entry that closed the cut-off.
    #[test]
    fn what_is_not_as_the_entry_says_is_named() {
        let named = |digest: &[u8]| pb::NamedDigest {
            name: figure().name,
            digest: digest.to_vec(),
        };
        let evidence = pb::CutoffEvidence {
            figures: vec![named(b"x")],
            ..Default::default()
        };
        let closed = pb::Cutoff {
            name: "cutoffs/2025-e1".into(),
            state: pb::cutoff::State::Closed.into(),
            marks: vec![mark()],
            evidence: Some(evidence),
            ..Default::default()
        };
        let cancelled = pb::Cutoff {
            state: pb::cutoff::State::Cancelled.into(),
            ..closed.clone()
        };
        let before = pb::Cutoff {
            evidence: None,
            ..closed.clone()
        };
        let other = pb::SourceMark {
            number: 4,
            ..mark()
        };
        let (cutoff, figure) = (Some("cutoffs/2025-e1"), Some("cutoffs/2025-e1/figures/x-1"));
        for (entry, marks, digest, expected) in [
            (&closed, mark(), b"x", None),
            (&closed, mark(), b"y", figure),
            (&closed, other.clone(), b"x", cutoff),
            (&cancelled, mark(), b"x", cutoff),
            (&before, mark(), b"y", None),
            (&before, other, b"y", cutoff),
        ] {
            let found = departure(entry, &[marks], &named(digest));
            assert_eq!(found.as_deref(), expected);
        }
    }
}
