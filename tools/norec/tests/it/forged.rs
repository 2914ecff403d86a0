//! What `norec verify` finds when a database is changed as its owner can, with every trigger off (cases
//! § 6).

use crate::verify::{assert_differs, assert_equal, played, psql, render};
use crate::world::World;

const MARCH: &str = "cutoffs/2025-03-e1";

/// Something that the owner does, and what is found.
#[derive(Clone)]
struct Forgery {
    service: &'static str,
    /// The tables that it changes.
    tables: &'static [&'static str],
    sql: String,
    expected: Vec<String>,
}

/// Does it, looks what is found, and undoes it.
#[track_caller]
fn assert_found(world: &World, it: &Forgery) {
    let (mut keep, mut restore) = (String::new(), String::new());
    for table in it.tables {
        let kept = format!("public.kept_{}", table.replace('.', "_"));
        keep += &format!("create table {kept} as table {table};");
        restore += &format!(
            "delete from {table}; insert into {table} overriding system value select * from {kept};
             drop table {kept};"
        );
    }
    psql(world, it.service, &keep);
    psql(world, it.service, &it.sql);
    let expected: Vec<_> = it.expected.iter().map(String::as_str).collect();
    assert_differs(world, &[], &expected);
    psql(world, it.service, &restore);
}

/// Numbers and chains everything from a number on anew, as the source itself does it.
fn chained_anew(table: &str, from: &str, prefix: &str) -> String {
    format!(
        "update platform.feed set {prefix}number = {from} - 1, {prefix}digest = coalesce(
             (select digest from {table} where number = {from} - 1), '');
         update {table} set number = null, digest = null where number >= {from}"
    )
}

/// VE-01, VE-03, VE-04, VE-05, VE-10: what is changed in one place is named there.
#[test]
fn what_is_changed_in_one_place_is_named() {
    let world = played("verify-one");
    let forgeries = [in_the_journal(&world), in_tables(), in_what_was_closed()].concat();
    assert_equal(&world, &[]);
    for it in &forgeries {
        assert_found(&world, it);
    }
    assert_equal(&world, &[]);
}

/// VE-01: an entry's actor, time, duty or resource; an entry deleted with its facts. VE-04: a fact.
fn in_the_journal(world: &World) -> Vec<Forgery> {
    let paid = "method like '%MarkDisbursementPaid'";
    let number = psql(
        world,
        "grants",
        &format!("select min(number) from platform.journal where {paid}"),
    );
    let of_entry = |set: &str| Forgery {
        service: "grants",
        tables: &["platform.journal"],
        sql: format!("update platform.journal set {set} where number = {number}"),
        expected: vec![format!("grants: entry {number} (entries/")],
    };
    let facts = "platform.facts where entry = (select seq from platform.journal where number = ";
    vec![
        of_entry("actor = 'persons/en-annen'"),
        of_entry("recorded_at = recorded_at - interval '1 day'"),
        of_entry("duty = 'prepare'"),
        // A field that no release knows: it reads as before.
        of_entry("after = after || '\\xc03e01'"),
        Forgery {
            expected: vec![
                format!("grants: entry {number} (entries/"),
                "grants: what it holds cannot be read: agreements/".to_owned(),
            ],
            ..of_entry("after = after || '\\x00'")
        },
        of_entry("late_reason = 'x', late_rule = 'x'"),
        Forgery {
            service: "grants",
            tables: &["platform.journal", "platform.facts"],
            sql: format!(
                "delete from {facts}{number}); delete from platform.journal where number = {number}"
            ),
            expected: vec![
                format!("grants: entry {number} is missing"),
                "grants: fact".to_owned(),
                "is listed with another etag than was recorded".to_owned(),
            ],
        },
        Forgery {
            service: "grants",
            tables: &["platform.facts"],
            sql: "update platform.facts set value = value + 1 where number = 3".to_owned(),
            expected: vec!["grants: fact 3 (".to_owned()],
        },
    ]
}

/// VE-03: a row of a table.
fn in_tables() -> Vec<Forgery> {
    let changed = |service, tables, sql: &str, field: &str| Forgery {
        service,
        tables,
        sql: sql.to_owned(),
        expected: vec![
            format!("{service}: "),
            format!(" is listed otherwise than it was recorded: {field}"),
        ],
    };
    vec![
        changed(
            "grants",
            &["spending.disbursements"],
            "update spending.disbursements set amount_ore = amount_ore + 1, paid_ore = paid_ore + 1",
            "amount",
        ),
        changed(
            "grants",
            &["spending.allocation_lines"],
            "update spending.allocation_lines set amount_ore = amount_ore + 1",
            "amount",
        ),
        changed(
            "governance",
            &["indicators"],
            "update indicators set title_nb = 'x'",
            "title_nb",
        ),
        changed(
            "governance",
            &["accounts_imports"],
            "update accounts_imports set source = 'x'",
            "source",
        ),
        changed(
            "governance",
            &["reports"],
            "update reports set content = ''",
            "title",
        ),
        changed(
            "governance",
            &["cutoffs"],
            "update cutoffs set evidence = ''",
            "evidence",
        ),
    ]
}

/// VE-05, VE-10: marks, a figure, a restatement's sum, an import's row, a fact that was followed.
fn in_what_was_closed() -> Vec<Forgery> {
    let changed = |tables, sql: &str, expected: &str| Forgery {
        service: "governance",
        tables,
        sql: sql.to_owned(),
        expected: vec![expected.to_owned()],
    };
    vec![
        changed(
            &["cutoff_marks"],
            "update cutoff_marks set number = number - 1 where source = 'sources/grants'",
            "governance: cutoffs/2025-03-e1 is listed otherwise than it was recorded: marks",
        ),
        changed(
            &["figures"],
            "update figures set amount = amount + 1 where name like 'cutoffs/2025-03-e1/%'",
            "governance: cutoffs/2025-03-e1/figures/utbetalt-1 is not as its cut-off closed with",
        ),
        changed(
            &["restatements"],
            "update restatements set first_sum = first_sum + 1",
            "governance: cutoffs/2025-03-e2/restatements/",
        ),
        changed(
            &["account_rows"],
            "update account_rows set amount_ore = amount_ore + 1 where number = 1",
            " has other rows than were imported",
        ),
        changed(
            &["facts"],
            "update facts set value = value + 1 where source = 'sources/grants' and number = 2",
            "recomputed: sources/grants/facts/2 diverges",
        ),
    ]
}

/// VE-02, VE-04, VE-06: what is changed, and everything behind it in that database made to fit, is named
/// by what another database, and a document, has kept; up to the last of those places.
#[test]
fn what_is_rewritten_whole_differs_from_what_others_have_kept() {
    let world = played("verify-whole");
    let documents = [
        render(&world, &["--format", "pdf"]),
        render(&world, &["--format", "csv", "--table", "utbetalt"]),
        render(&world, &["--format", "json", "--table", "utbetalt"]),
    ];
    let with_documents: Vec<_> = documents.iter().flat_map(|it| ["--document", it]).collect();
    assert_equal(&world, &with_documents);

    // VE-02: the entry of a version, with the chain behind it.
    let sql = "select number, subject from platform.journal j
                where version = 2 and exists (select from platform.journal where subject = j.subject
                                                 and version = 4)
                  and not exists (select from platform.facts where entry = j.seq)
                order by number limit 1";
    let found = psql(&world, "grants", sql);
    let (number, subject) = found.split_once('|').unwrap();
    let forgery = Forgery {
        service: "grants",
        tables: &["platform.journal", "platform.feed"],
        sql: format!(
            "delete from platform.journal where number = {number}; {}",
            chained_anew("platform.journal", number, "entries_")
        ),
        expected: vec![
            format!("grants: {subject} has the versions 1, 3, 4"),
            format!("grants: {MARCH} keeps another digest of entry "),
        ],
    };
    assert_found(&world, &forgery);
    assert_equal(&world, &[]);

    // Behind the last place that somebody keeps nothing contradicts it: what that means is in the manual.
    forge_a_cutoff(&world);
    let printed = assert_differs(&world, &with_documents, &[]);
    for document in &documents {
        let line = format!("governance: {document}: it bears another digest of cutoffs/");
        assert!(printed.contains(&line), "{printed}");
    }
    let line = format!("grants: {MARCH} keeps another digest of fact ");
    assert!(
        printed.contains(&line),
        "the marks are not the source's: {printed}"
    );

    // VE-04: a fact, with the chain behind it.
    let sql = format!(
        "update platform.facts set value = value + 1 where number = 3; {}",
        chained_anew("platform.facts", "3", "")
    );
    psql(&world, "grants", &sql);
    assert_differs(
        &world,
        &[],
        &[
            &format!("grants: {MARCH} keeps another digest of fact "),
            "grants: the follower of sources/grants keeps another digest of fact ",
        ],
    );
}

/// Rewrites the marks of the cut-offs with all their digests, in the tables and in the journal, whose
/// chain is made to fit.
fn forge_a_cutoff(world: &World) {
    use governance::domain::cutoff::cutoff_digest;
    use prost::Message;
    use proto::governance::v1::Cutoff;

    let sql = "select seq, encode(after, 'hex') from platform.journal
                where kind = 'norec.governance.v1.Cutoff'";
    let mut forged = String::new();
    for row in psql(world, "governance", sql).lines() {
        let (seq, after) = row.split_once('|').unwrap();
        let mut cutoff = Cutoff::decode(hex::decode(after).unwrap().as_slice()).unwrap();
        for mark in cutoff
            .marks
            .iter_mut()
            .filter(|it| it.source == "sources/grants")
        {
            mark.digest[0] ^= 1;
        }
        if let Some(mut evidence) = cutoff.evidence.take() {
            evidence.digest = cutoff_digest(&cutoff.name, &cutoff.marks, &evidence);
            forged += &format!(
                "update cutoffs set evidence = '\\x{}' where name = '{}';",
                hex::encode(evidence.encode_to_vec()),
                cutoff.name
            );
            cutoff.evidence = Some(evidence);
        }
        forged += &format!(
            "update platform.journal set after = '\\x{}' where seq = {seq};",
            hex::encode(cutoff.encode_to_vec())
        );
    }
    forged += "update cutoff_marks set digest = set_byte(digest, 0, get_byte(digest, 0) # 1)
                where source = 'sources/grants';";
    forged += &chained_anew("platform.journal", "1", "entries_");
    psql(world, "governance", &forged);
}
