//! A document for the tests: chapter 144 as published for 2025, in both written forms, with every
//! kind of block. The figures are the state accounts' own, in tenths of a million kroner.

use chrono::NaiveDate;

use super::document::{
    BarGroup, Block, Cell, Chart, Column, ColumnKind, Dimension, Document, Figure, Finding,
    Language, Missing, Row, RowRole, Scale, Section, Table,
};
use super::evidence::{Basis, Evidence};

/// The posts: code, name, voted, revised, accounts, sum of account types.
const POSTS: [(&str, &str, [i64; 4]); 4] = [
    ("01", "Driftsutgifter", [714, 734, 724, 724]),
    ("21", "Spesielle driftsutgifter", [130, 50, 45, 45]),
    ("70", "Utvekslingsordninger", [1535, 1535, 1525, 1526]),
    (
        "71",
        "Rekruttering til internasjonale organisasjoner",
        [750, 750, 744, 743],
    ),
];

/// The account types: post, code, name, 2024, 2025; empty where the source has no such row.
const ACCOUNT_TYPES: &str = include_str!("account_types.csv");

/// Both written forms of a text; the document takes its own.
struct Say(Language);

impl Say {
    fn so(&self, nb: &str, nn: &str) -> String {
        let text = match self.0 {
            Language::Nb => nb,
            Language::Nn => nn,
        };
        text.to_owned()
    }
}

/// The whole document in one written form.
pub(super) fn document(language: Language, stamp: Option<&str>) -> Document {
    let say = Say(language);
    let lead = say.so(
        "Dokumentet er bygd på offentlige tall fra Statsregnskapet. Det er ikke Norecs egen \
         rapport, og Norec har verken laget eller godkjent det.",
        "Dokumentet er bygd på offentlege tal frå Statsrekneskapen. Det er ikkje Norecs eigen \
         rapport, og Norec har korkje laga eller godkjent det.",
    );
    let accounts = say.so(
        "Regnskapet for 2025 viser utgifter på 303,8 millioner kroner på kapittelet, 3,1 millioner \
         mindre enn revidert budsjett. Summen av artskonti avviker med 0,1 million på to poster.",
        "Rekneskapen for 2025 viser utgifter på 303,8 millionar kroner på kapittelet, 3,1 \
         millionar mindre enn revidert budsjett. Summen av artskonti avvik med 0,1 million på to \
         postar.",
    );
    let section = |heading, blocks| Section { heading, blocks };
    Document {
        language,
        title: say.so(
            "Bevilgning og regnskap for kapittel 144",
            "Løyving og rekneskap for kapittel 144",
        ),
        subtitle: "Norec, budsjettåret 2025".to_owned(),
        stamp: stamp.map(str::to_owned),
        draft: false,
        agency: "Norec – Norsk senter for utvekslingssamarbeid".to_owned(),
        author: "Norec".to_owned(),
        lead: vec![lead],
        dated: day(2026, 6, 15),
        cutoff: say.so("Året 2025, første utgave", "Året 2025, første utgåve"),
        sections: vec![
            section(
                say.so("Bevilgning og regnskap", "Løyving og rekneskap"),
                vec![
                    Block::Paragraph(accounts),
                    Block::Table(by_post(&say)),
                    Block::Chart(chart(&say)),
                    Block::Table(shares(&say)),
                ],
            ),
            section(
                "Utgifter etter art".to_owned(),
                vec![Block::Table(by_account_type(&say))],
            ),
            section(
                say.so("Det som mangler", "Det som manglar"),
                vec![Block::Findings(findings(&say))],
            ),
        ],
        evidence: evidence(&say),
    }
}

fn evidence(say: &Say) -> Evidence {
    let figure = |id: &str| format!("cutoffs/2025-e1/figures/{id}-1");
    Evidence {
        report: "reports/kapittel-144-2025".to_owned(),
        version: 4,
        content_digest: "5e".repeat(32),
        cutoffs: vec![Basis {
            name: "cutoffs/2025-e1".to_owned(),
            words: say.so("Året 2025, første utgave", "Året 2025, første utgåve"),
            digest: Some("c0".repeat(32)),
        }],
        figures: ["saldert", "revidert", "regnskap"].map(figure).into(),
    }
}

fn findings(say: &Say) -> Vec<Finding> {
    vec![
        Finding {
            subject: say.so("Overført fra 2024", "Overført frå 2024"),
            status: Missing::NotPublished,
            reason: say.so(
                "Beløpet står i Norecs egen bevilgningsrapportering.",
                "Beløpet står i Norecs eiga løyvingsrapportering.",
            ),
        },
        Finding {
            subject: say.so("Samlet tildeling", "Samla tildeling"),
            status: Missing::NotComputable,
            reason: say.so(
                "Den er summen av årets bevilgning og det ukjente overførte beløpet.",
                "Ho er summen av løyvinga i året og det ukjende overførte beløpet.",
            ),
        },
    ]
}

fn by_post(say: &Say) -> Table {
    let unknown = Cell::NotComputable {
        reason: say.so(
            "Overført beløp fra 2024 er ikke offentliggjort.",
            "Overført beløp frå 2024 er ikkje offentleggjort.",
        ),
    };
    let cells = |[voted, revised, accounts, parts]: [i64; 4]| {
        let known = [voted, revised, accounts, parts, accounts - parts].map(tenths);
        known
            .into_iter()
            .chain([unknown.clone(), unknown.clone()])
            .collect()
    };
    let lines = POSTS.iter();
    let lines = lines.map(|(code, label, of)| row(Some(code), label, cells(*of), RowRole::Body));
    let sums = [0, 1, 2, 3].map(|at| POSTS.iter().map(|(_, _, of)| of[at]).sum());
    Table {
        id: "kapittel-144-post-2025".to_owned(),
        title: "Kapittel 144 etter post, 2025".to_owned(),
        columns: vec![
            amounts("saldert", "Saldert budsjett".to_owned()),
            amounts("revidert", "Revidert budsjett".to_owned()),
            amounts("regnskap", say.so("Regnskap", "Rekneskap")),
            amounts("artskonti", "Sum av artskonti".to_owned()),
            amounts("avrunding", "Avrundingsdifferanse".to_owned()),
            amounts("tildeling", say.so("Samlet tildeling", "Samla tildeling")),
            amounts("avvik", say.so("Mer-/mindreutgift", "Meir-/mindreutgift")),
        ],
        rows: lines
            .chain([row(None, "Kapittel 144", cells(sums), RowRole::Total)])
            .collect(),
        ..frame(say)
    }
}

fn shares(say: &Say) -> Table {
    let rows = POSTS
        .iter()
        .map(|(code, label, [_, revised, accounts, _])| {
            let share = Cell::Share {
                numerator: *accounts,
                denominator: *revised,
            };
            row(
                Some(code),
                label,
                vec![tenths(*accounts), share, Cell::NotPublished],
                RowRole::Body,
            )
        });
    let column = |id: &str, label, kind| Column {
        kind,
        ..amounts(id, label)
    };
    Table {
        id: "kapittel-144-andel-2025".to_owned(),
        title: say.so(
            "Regnskap mot revidert budsjett, 2025",
            "Rekneskap mot revidert budsjett, 2025",
        ),
        unit: say.so("Millioner kroner og prosent", "Millionar kroner og prosent"),
        columns: vec![
            amounts("regnskap", say.so("Regnskap", "Rekneskap")),
            column(
                "andel",
                say.so("Andel av revidert", "Del av revidert"),
                ColumnKind::Share,
            ),
            column(
                "avtaler",
                say.so("Antall avtaler", "Talet på avtalar"),
                ColumnKind::Count,
            ),
        ],
        rows: rows.collect(),
        ..frame(say)
    }
}

fn by_account_type(say: &Say) -> Table {
    let sum = |years: &[[Option<i64>; 2]]| {
        [0, 1].map(|at| {
            let known: Vec<i64> = years.iter().filter_map(|it| it[at]).collect();
            if known.is_empty() {
                Cell::Absent
            } else {
                tenths(known.iter().sum())
            }
        })
    };
    let mut rows = Vec::new();
    let mut all = Vec::new();
    for (post, name, _) in POSTS {
        let mut own = Vec::new();
        for line in ACCOUNT_TYPES.lines().filter(|line| line.starts_with(post)) {
            let fields: Vec<&str> = line.split(';').collect();
            let years = [fields[3].parse().ok(), fields[4].parse().ok()];
            let cells = years.map(|it| it.map_or(Cell::Absent, tenths)).into();
            rows.push(Row {
                key: vec![post.to_owned(), fields[1].to_owned()],
                ..row(Some(fields[1]), fields[2], cells, RowRole::Body)
            });
            own.push(years);
        }
        let label = format!("Sum post {post} {name}");
        rows.push(Row {
            key: vec![post.to_owned()],
            ..row(None, &label, sum(&own).into(), RowRole::Subtotal)
        });
        all.extend(own);
    }
    rows.push(row(
        None,
        "Sum kapittel 144",
        sum(&all).into(),
        RowRole::Total,
    ));
    Table {
        id: "kapittel-144-art".to_owned(),
        title: "Kapittel 144 etter artskonto, 2024 og 2025".to_owned(),
        dimensions: vec![dimension("post", "Post"), dimension("account", "Konto")],
        code_heading: Some("Konto".to_owned()),
        label_heading: "Artskonto".to_owned(),
        columns: vec![
            amounts("regnskap_2024", "2024".to_owned()),
            amounts("regnskap_2025", "2025".to_owned()),
        ],
        rows,
        notes: vec![say.so(
            "– Kilden har ingen slik rad.",
            "– Kjelda har inga slik rad.",
        )],
        ..frame(say)
    }
}

fn chart(say: &Say) -> Chart {
    let groups = POSTS
        .iter()
        .map(|(code, label, [voted, revised, accounts, _])| BarGroup {
            label: format!("{code} {label}"),
            values: [*voted, *revised, *accounts].map(tenths).into(),
        });
    let Table {
        unit,
        scale,
        source,
        source_date,
        ..
    } = frame(say);
    Chart {
        id: "figur-kapittel-144".to_owned(),
        title: say.so(
            "Budsjett og regnskap etter post, 2025",
            "Budsjett og rekneskap etter post, 2025",
        ),
        alternative: String::new(),
        unit,
        scale,
        kind: ColumnKind::Amount,
        series: vec![
            "Saldert budsjett".to_owned(),
            "Revidert budsjett".to_owned(),
            say.so("Regnskap", "Rekneskap"),
        ],
        groups: groups.collect(),
        source,
        source_date,
    }
}

/// What the tables have in common.
fn frame(say: &Say) -> Table {
    Table {
        id: String::new(),
        title: String::new(),
        unit: say.so(
            "Millioner kroner, én desimal",
            "Millionar kroner, éin desimal",
        ),
        scale: Scale::MillionKroner,
        dimensions: vec![dimension("post", "Post")],
        code_heading: Some("Post".to_owned()),
        label_heading: say.so("Navn", "Namn"),
        columns: Vec::new(),
        rows: Vec::new(),
        source: say.so(
            "DFØ, Statsregnskapet (NLOD)",
            "DFØ, Statsrekneskapen (NLOD)",
        ),
        source_date: day(2026, 6, 1),
        rounding: say.so(
            "Tallene er avrundet hver for seg; summer kan derfor avvike med 0,1.",
            "Tala er avrunda kvar for seg; summar kan difor avvike med 0,1.",
        ),
        notes: Vec::new(),
    }
}

fn dimension(id: &str, label: &str) -> Dimension {
    Dimension {
        id: id.to_owned(),
        label: label.to_owned(),
    }
}

/// A column of amounts.
pub(super) fn amounts(id: &str, label: String) -> Column {
    Column {
        id: id.to_owned(),
        label,
        kind: ColumnKind::Amount,
        precision_ore: Some(10_000_000),
        figure: Some(Figure {
            name: format!("cutoffs/2025-e1/figures/{}-1", id.replace('_', "-")),
            digest: "f1".repeat(32),
        }),
    }
}

/// A row of a table.
pub(super) fn row(code: Option<&str>, label: &str, cells: Vec<Cell>, role: RowRole) -> Row {
    Row {
        key: code.into_iter().map(str::to_owned).collect(),
        code: code.map(str::to_owned),
        label: label.to_owned(),
        cells,
        role,
    }
}

/// An amount in tenths of a million kroner.
pub(super) fn tenths(tenths_of_million: i64) -> Cell {
    Cell::Amount {
        ore: tenths_of_million * 10_000_000,
    }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}
