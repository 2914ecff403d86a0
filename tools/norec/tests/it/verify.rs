//! What `norec verify` says of an installation that nobody has changed, of one that was restored, and of
//! one that is large (cases § 6).

use std::fs;
use std::time::{Duration, Instant};

use cluster::Cluster;

use crate::world::{Ran, World, example, wait_until};

const AUDITOR: [&str; 4] = ["--person", "revisor-r", "--role", "auditor"];
const CONTROLLER: [&str; 4] = ["--person", "kontroller-k", "--role", "controller"];
const MARCH: &str = "cutoffs/2025-03-e1";

fn verified(world: &World, more: &[&str]) -> Ran {
    world.run(&[&["verify"], &AUDITOR[..], more].concat())
}

#[track_caller]
pub(crate) fn assert_equal(world: &World, more: &[&str]) -> String {
    let ran = verified(world, more);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.printed.ends_with("equal: nothing differs\n"), "{ran:?}");
    ran.printed
}

/// Each of these texts is in what differs, which ends with how much that is.
#[track_caller]
pub(crate) fn assert_differs(world: &World, more: &[&str], expected: &[&str]) -> String {
    let ran = verified(world, more);
    assert_eq!(ran.code, Some(1), "{expected:?}: {ran:?}");
    for it in expected {
        assert!(ran.printed.contains(it), "{it:?} in {ran:#?}");
    }
    let ending = ran.printed.lines().last().unwrap().to_owned();
    assert!(ending.starts_with("differences: "), "{ran:?}");
    ran.printed
}

fn cluster(world: &World) -> Cluster {
    Cluster::start(&world.installation().join("postgres")).unwrap()
}

pub(crate) fn psql(world: &World, database: &str, sql: &str) -> String {
    let off = "set session_replication_role = replica;";
    let sql = format!("{off} begin; {sql}; commit;");
    cluster(world)
        .psql(database, &sql)
        .unwrap()
        .trim()
        .to_owned()
}

/// The constructed example with its report.
pub(crate) fn played(test: &str) -> World {
    let world = World::up(test);
    for file in FILES {
        world.must(&["play", &example(&format!("eksempel/{file}.jsonl"))]);
    }
    world
}

const FILES: [&str; 7] = [
    "01-oppsett",
    "02-avtaler",
    "03-indikatorer",
    "04-mars",
    "05-april",
    "06-rettelser",
    "07-rapport",
];

/// The file of the example's report in nynorsk, or of a table of it.
pub(crate) fn render(world: &World, of: &[&str]) -> String {
    let report = ["render", "reports/eksempel-2025", "--language", "nn"];
    let told = world.must(&[&report[..], of, &CONTROLLER].concat());
    told.split_once(": ").unwrap().0.to_owned()
}

/// VE-12: nothing was changed: equal, with what was read; a service is down, or the caller may not
/// read: what, and why.
#[test]
fn what_is_not_known_is_said_and_what_is_equal_is_counted() {
    let world = played("verify-equal");
    let printed = assert_equal(&world, &[]);
    for service in ["grants", "governance"] {
        let line = printed
            .lines()
            .find(|it| it.starts_with(&format!("{service}: ")));
        assert!(
            line.is_some_and(|it| it.contains(" entries and ")),
            "{printed}"
        );
    }
    assert!(printed.contains("4 closed cut-offs with "), "{printed}");
    // From a cut-off on there is less to read.
    let since = assert_equal(&world, &["--since", "cutoffs/2025-04-e2"]);
    let entries = |printed: &str| -> u32 {
        let line = printed
            .lines()
            .find(|it| it.starts_with("grants: "))
            .unwrap();
        line.split(' ').nth(1).unwrap().parse().unwrap()
    };
    assert!(entries(&since) < entries(&printed), "{since} {printed}");

    let unknown = |arguments: &[&str], said: &[&str]| {
        let ran = world.run(&[&["verify"], arguments].concat());
        assert_eq!((ran.code, ran.printed.as_str()), (Some(2), ""), "{ran:?}");
        for it in said {
            assert!(ran.said.contains(it), "{it} in {ran:?}");
        }
    };
    unknown(
        &CONTROLLER,
        &["grants /norec.feed.v1.FeedService/GetHead", "ROLE_MISSING"],
    );
    unknown(
        &["--machine", "981965132", "--role", "auditor"],
        &["a person"],
    );
    let no_cutoff = [&AUDITOR[..], &["--since", "cutoffs/2020-e1"]].concat();
    unknown(&no_cutoff, &["there is no cut-off cutoffs/2020-e1"]);
    world.must(&["down"]);
    unknown(&AUDITOR, &["grants", "UNAVAILABLE"]);
}

/// VE-08: a source is restored from a backup: which places lie beyond what it has, and that it is equal
/// up to there; a restore that is known is no difference.
#[test]
fn a_restored_source_is_equal_up_to_its_backup() {
    let world = World::up("verify-restored");
    let play = |files: &[&str]| {
        for file in files {
            world.must(&["play", &example(&format!("eksempel/{file}.jsonl"))]);
        }
    };
    play(&FILES[..4]);
    world.must(&["down"]);
    let cluster = cluster(&world);
    cluster
        .create_database_from("backup", "grants", "grants")
        .unwrap();
    cluster.stop().unwrap();
    world.must(&["up", "--detach"]);
    play(&FILES[4..]);
    world.must(&["down"]);
    cluster.start_again().unwrap();
    cluster.drop_database("grants").unwrap();
    let restored = cluster
        .create_database_from("grants", "grants", "backup")
        .unwrap();
    let migrate = [
        "service",
        "grants",
        "migrate",
        "--after-restore",
        "--database-url",
    ];
    world.must(&[&migrate[..], &[&restored.owner_url]].concat());
    let sql = "select source from platform.former_sources";
    let former = cluster.psql("grants", sql).unwrap().trim().to_owned();
    cluster.stop().unwrap();
    world.must(&["up", "--detach"]);

    let ended = format!("grants: the source {former} ended at a restore, at fact ");
    let beyond = "grants: cutoffs/2025-04-e2 keeps fact ";
    let printed = assert_differs(&world, &[], &[&ended, beyond]);
    assert!(
        !printed.contains(&format!("grants: {MARCH} keeps")),
        "{printed}"
    );
    assert!(!printed.contains("another digest"), "{printed}");
    let known = assert_equal(&world, &["--restored", &former]);
    assert!(known.contains(&ended) && known.contains(beyond), "{known}");
    assert_differs(&world, &["--restored", "another"], &[&ended]);
}

/// The most memory that a verification took, in KiB, and what it printed.
fn peak(world: &World) -> (u64, String) {
    let arguments = [&["verify"], &AUDITOR[..]].concat();
    let mut child = world.command(&arguments).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|it| it.strip_prefix("VmHWM:"));
        let seen = line.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok());
        peak = seen.unwrap_or(0).max(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    (peak, ran.printed)
}

/// VE-11: memory is bounded: it is for 50 000 entries and facts what it is for 10 000, or for as many as
/// `NOREC_VERIFY_ENTRIES` says.
#[test]
fn memory_is_bounded() {
    let world = World::up("verify-many");
    world.must(&["play", &example("eksempel/01-oppsett.jsonl")]);
    let add = |from: u32, to: u32| {
        let sql = format!(
            "with entry as (
                 insert into platform.journal (recorded_at, method, subject, kind, version, actor, issuer,
                                               trace_id, after)
                 select clock_timestamp(), method, 'many/' || n, kind, 1, actor, issuer, trace_id, after
                   from (select * from platform.journal where method like '/%' order by seq limit 1) one,
                        generate_series({from}, {to}) n
                 returning seq
             )
             insert into platform.facts (entry, ordinal, measure, effective_on, value, dimensions, subject)
             select seq, 0, measure, effective_on, 1, dimensions, 'many'
               from entry, (select * from platform.facts order by entry limit 1) one"
        );
        psql(&world, "grants", &sql);
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch of this proof, which no program reads"
    )]
    let count = std::env::var("NOREC_VERIFY_ENTRIES").ok();
    let count = count.map_or(50_000, |it| it.parse().unwrap());
    add(1, 10_000);
    let (few, _) = peak(&world);
    for from in (10_000..count).step_by(100_000) {
        add(from + 1, (from + 100_000).min(count));
        // As in life, the follower's asking numbers what is new before there is more than a call can.
        wait_until("all are numbered", || {
            let unnumbered = "select count(*) from platform.journal where number is null";
            psql(&world, "grants", unnumbered) == "0"
        });
    }
    let begun = Instant::now();
    let (many, printed) = peak(&world);
    let took = begun.elapsed();
    eprintln!("{few} KiB for 10 000, {many} KiB for {count} in {took:.1?}");
    let shipped = "select count(*) from platform.journal where method = 'platform.rules.ship'";
    let shipped: u32 = psql(&world, "grants", shipped).parse().unwrap();
    let read = format!("grants: {} entries and ", count + 7 + shipped);
    assert!(printed.contains(&read), "{printed}");
    assert!(printed.ends_with("equal: nothing differs\n"), "{printed}");
    assert!(
        many < few + 8 * 1024,
        "{few} KiB for 10 000, {many} KiB for {count}"
    );
}
