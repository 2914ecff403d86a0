//! The shipped demo: what it prints and writes, the first time, again, and while its services are
//! killed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Command;

use press::Evidence;
use rustix::process::Signal;
use serde_json::Value;

use crate::world::{Ran, Running, SERVICES, World, example, narrow_pipe, runs, signal, wait_until};

const PUBLIC: &str = "offentlige-tall-2025";
const CONSTRUCTED: &str = "eksempel";
const SHOWS: [&str; 2] = [PUBLIC, CONSTRUCTED];

/// Which service of which show is killed when the demo tells of this step.
const STORM: [(&str, &str, &str); 15] = [
    (PUBLIC, "/02-bevilgninger.jsonl:4: Record", "governance"),
    (PUBLIC, "/02-bevilgninger.jsonl:9: Record", "grants"),
    // An import of the accounts comes next.
    (PUBLIC, "/02-bevilgninger.jsonl:10: Record", "governance"),
    (PUBLIC, "/05-avslutning.jsonl:2: Close", "grants"),
    (PUBLIC, "/05-avslutning.jsonl:4: Close", "governance"),
    (CONSTRUCTED, "/02-avtaler.jsonl:8: Sign", "grants"),
    (CONSTRUCTED, "/03-indikatorer.jsonl:3: Create", "governance"),
    (CONSTRUCTED, "/04-mars.jsonl:7: MarkDisb", "grants"),
    (CONSTRUCTED, "/04-mars.jsonl:13: Attest", "governance"),
    (CONSTRUCTED, "/04-mars.jsonl:20: Import", "grants"),
    (CONSTRUCTED, "/04-mars.jsonl:21: Close", "governance"),
    (CONSTRUCTED, "/06-rettelser.jsonl:3: Correct", "grants"),
    (CONSTRUCTED, "/06-rettelser.jsonl:5: Correct", "governance"),
    (CONSTRUCTED, "/06-rettelser.jsonl:6: Close", "grants"),
    (
        CONSTRUCTED,
        "norec: rendering reports/eksempel",
        "governance",
    ),
];

/// Chapter 144 in 2025 in million kroner, by post: voted, revised, accounts, the sum of the published
/// account types, and what rounding leaves between the last two. DFØ, Statsregnskapet.
const PUBLISHED: [(&str, [&str; 5]); 5] = [
    ("01", ["71,4", "73,4", "72,4", "72,4", "0,0"]),
    ("21", ["13,0", "5,0", "4,5", "4,5", "0,0"]),
    ("70", ["153,5", "153,5", "152,5", "152,6", "−0,1"]),
    ("71", ["75,0", "75,0", "74,4", "74,3", "0,1"]),
    ("", ["312,9", "306,9", "303,8", "303,8", "0,0"]),
];
const COLUMNS: [&str; 5] = [
    "saldert_1",
    "revidert_1",
    "regnskap_1",
    "artskontosum_1",
    "avrunding_1",
];
/// What needs the amount carried over from 2024, which is not published.
const NOT_KNOWN: [&str; 2] = ["samlet_tildeling_1", "mindreutgift_1"];

/// Figures of the constructed example: value, and how many facts stand behind it.
const RESTATED: [(&str, &str, u8); 4] = [
    ("2025-03-e1/figures/utbetalt-1", "3 100 000,00", 4),
    ("2025-03-e2/figures/utbetalt-1", "2 700 000,00", 7),
    ("2025-04-e1/figures/utbetalt-1", "1 750 000,00", 3),
    ("2025-04-e2/figures/utbetalt-1", "2 150 000,00", 6),
];

/// What the demo shows of these two; the year is told apart, in `year.rs`.
fn demo(world: &World) -> Command {
    let examples = example("");
    let to = ["--examples", &examples, "--output", "documents"];
    world.command(&[&["demo", PUBLIC, CONSTRUCTED][..], &to].concat())
}

/// Every document that the demo wrote, by its name.
fn documents(world: &World) -> BTreeMap<String, Vec<u8>> {
    let folders = SHOWS.map(|it| world.root.join("documents").join(it));
    let files = folders.iter().flat_map(|it| fs::read_dir(it).unwrap());
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read(path).unwrap())
    };
    files.map(|it| read(it.unwrap().path())).collect()
}

/// The tables among them, without what two installations cannot have in common: digests over times and over
/// the identities of databases. A PDF prints those where it is compressed; each figure of it is in a table.
fn of_any_installation(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, String> {
    let is_table = |name: &str| !name.to_lowercase().ends_with(".pdf");
    let masked = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        let said = Evidence::find(text.as_bytes()).unwrap();
        let digests = said.cutoffs.into_iter().filter_map(|it| it.digest);
        let own = digests.chain([said.content_digest]);
        let text = own.fold(text, |text, it| text.replace(&it, ""));
        let is_digest =
            |word: &str| word.len() == 64 && word.bytes().all(|it| it.is_ascii_hexdigit());
        let words = text.split(|it: char| !it.is_alphanumeric());
        let digests: BTreeSet<_> = words
            .filter(|it| is_digest(it))
            .map(str::to_owned)
            .collect();
        digests.iter().fold(text, |text, it| text.replace(it, ""))
    };
    let tables = files.into_iter().filter(|(name, _)| is_table(name));
    tables.map(|(name, it)| (name, masked(it))).collect()
}

/// One undisturbed run, beside one whose services are killed; then the first again.
#[test]
fn the_demo_prints_what_is_published_also_while_its_services_are_killed_and_again() {
    let (calm, stormy) = (World::named("calm"), World::named("stormy"));
    let undisturbed = Running(demo(&calm).spawn().unwrap());
    let (disturbed, killed) = weather(&stormy);
    let first = undisturbed.ended();
    assert_eq!(first.code, Some(0), "{first:?}");
    let (written, recorded) = (documents(&calm), calm.journals(&SHOWS));

    assert_published(&written);
    assert_restated(&first.printed);
    for show in SHOWS {
        let again = format!("NOREC_INSTALLATION='{}/i-{show}' ", calm.root.display());
        assert!(first.printed.contains(&again), "{}", first.printed);
    }

    assert_eq!(disturbed.code, Some(0), "{disturbed:?}");
    assert_killed(&killed);
    assert_eq!(comparable(&stormy, &disturbed), comparable(&calm, &first));
    let tables = of_any_installation(written.clone());
    assert!(of_any_installation(documents(&stormy)) == tables);
    // Every request had its effect once.
    assert_eq!(stormy.journals(&SHOWS), recorded);

    assert_second_run_is_short(&calm, &first);
    assert_eq!(documents(&calm), written);
    assert_eq!(calm.journals(&SHOWS), recorded);
}

/// The documents have the figures that DFØ publishes.
fn assert_published(written: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(written.len(), 16, "{:?}", written.keys());
    let table: Value =
        serde_json::from_slice(&written[&format!("{PUBLIC}-poster-nb.json")]).unwrap();
    assert_eq!(printed_in_json(&table), published());
    assert_eq!(table["unit"], "Millioner kroner, én desimal");
    let notes = table["notes"].to_string();
    assert!(
        notes.contains("forskjellen mellom publisert sum"),
        "{notes}"
    );
    assert_in_csv(&written[&format!("{PUBLIC}-poster-nb.csv")]);
}

/// "`kill -9` of any service during the demo: it is restarted, the demo finishes, figures equal
/// those of an undisturbed run."
fn assert_killed(killed: &BTreeMap<(&'static str, &'static str), BTreeSet<u32>>) {
    for show in SHOWS {
        for service in SERVICES {
            let deaths = killed.get(&(show, service)).map_or(0, BTreeSet::len);
            assert!(deaths >= 2, "{service} of {show} was killed {deaths} times");
        }
    }
}

/// B-T17: run again, the demo prints its tables and little else; all of it where it is asked for.
fn assert_second_run_is_short(world: &World, first: &Ran) {
    let second = Ran::from(demo(world).output().unwrap());
    assert_eq!(second.code, Some(0), "{second:?}");
    let is_table = |it: &&str| it.starts_with("cutoffs/") && it.contains(" rad");
    let is_table = |it: &&str| is_table(it) || it.starts_with("  omarbeidet: ");
    let tables = |ran: &Ran| {
        let lines = ran.printed.lines().filter(is_table).map(str::to_owned);
        lines.collect::<Vec<_>>()
    };
    assert_eq!(tables(&second), tables(first));
    let beside = second
        .printed
        .lines()
        .filter(|it| !it.is_empty() && !is_table(it));
    let beside: Vec<_> = beside.collect();
    assert!(beside.len() < 10, "{beside:?}");
    let unchanged = beside
        .iter()
        .filter(|it| it.starts_with("Unchanged, as are the "));
    assert_eq!(unchanged.count(), 2, "{beside:?}");

    let verbose = Ran::from(demo(world).arg("--verbose").output().unwrap());
    assert_eq!(verbose.printed, first.printed);
}

/// The lines of the figures table that the example's payments make: of March's 3.1 million 0.4 were
/// paid in April, and 1.1 went to an enterprise.
fn assert_restated(printed: &str) {
    for (figure, value, rows) in RESTATED {
        let mut lines = printed.lines();
        let of_figure = format!("cutoffs/{figure} ");
        let line = lines.find(|it| it.starts_with(&of_figure));
        let expected = format!(" {value}      {rows} rader");
        assert!(
            line.is_some_and(|it| it.ends_with(&expected)),
            "{figure}: {line:?}"
        );
    }
    assert!(
        printed.contains("2025-03-e1/figures/utbetalt-1 3 100 000,00 → 2 700 000,00 (3 fakta"),
        "{printed}"
    );
}

/// By post, with what the table says is not known.
fn published() -> BTreeMap<String, Vec<String>> {
    let unknown = NOT_KNOWN.map(|_| "kan ikke beregnes");
    let rows = PUBLISHED.map(|(post, cells)| {
        let cells = cells.iter().chain(&unknown).map(|it| String::from(*it));
        (post.to_owned(), cells.collect())
    });
    rows.into_iter().collect()
}

fn printed_in_json(table: &Value) -> BTreeMap<String, Vec<String>> {
    let list = |it: &Value| it.as_array().unwrap().clone();
    let columns: Vec<_> = list(&table["columns"]);
    let place = |id: &&str| columns.iter().position(|it| it["id"] == **id).unwrap();
    let places: Vec<_> = COLUMNS.iter().chain(&NOT_KNOWN).map(place).collect();
    let rows = list(&table["rows"]).into_iter().map(|row| {
        let cells = list(&row["cells"]);
        let printed = |it: &usize| cells[*it]["printed"].as_str().unwrap().to_owned();
        let post = row["code"].as_str().unwrap_or_default().to_owned();
        (post, places.iter().map(printed).collect())
    });
    rows.collect()
}

/// The same figures in the table that a spreadsheet reads, where each has its øre too.
fn assert_in_csv(bytes: &[u8]) {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), PUBLISHED.len());
    for (row, (post, cells)) in rows.iter().zip(PUBLISHED) {
        let kind = if post.is_empty() { "total" } else { "row" };
        assert_eq!((row["post"].as_str(), row["row"].as_str()), (post, kind));
        for (column, printed) in COLUMNS.iter().zip(cells) {
            let tenths = printed.replace(',', "").replace('−', "-");
            let ore = tenths.parse::<i64>().unwrap() * 10_000_000;
            let of = |part: &str| row[&format!("{column}_{part}")].as_str();
            assert_eq!(
                (of("printed"), of("ore")),
                (printed, ore.to_string().as_str()),
                "{post}"
            );
        }
        for column in NOT_KNOWN {
            assert_eq!(row[&format!("{column}_ore")], "", "{post}");
        }
    }
}

/// Runs the demo and kills services as [`STORM`] has it. Answers which processes were killed.
fn weather(world: &World) -> (Ran, BTreeMap<(&'static str, &'static str), BTreeSet<u32>>) {
    let (said, written) = narrow_pipe();
    let demo = Running(demo(world).stderr(written).spawn().unwrap());
    let mut killed = BTreeMap::<_, BTreeSet<u32>>::new();
    let mut rest = STORM.iter();
    let mut next = rest.next();
    let mut log = String::new();
    for line in BufReader::new(said).lines() {
        let line = line.unwrap();
        if let Some((show, step, service)) = next.filter(|it| line.contains(it.1)) {
            let pid_file = world.root.join(format!("i-{show}/services/{service}.pid"));
            let deaths = killed.entry((*show, *service)).or_default();
            // It is back from its last death before it dies again.
            wait_until(step, || {
                let process = fs::read_to_string(&pid_file).unwrap().parse().ok();
                let victim = process.filter(|it| !deaths.contains(it) && runs(*it));
                victim.inspect(|it| signal(*it, Signal::KILL));
                victim.is_some_and(|it| deaths.insert(it))
            });
            next = rest.next();
        }
        log = log + &line + "\n";
    }
    assert_eq!(next, None, "not told by the demo:\n{log}");
    let ran = demo.ended();
    (Ran { said: log, ..ran }, killed)
}

/// What a demo printed, without what differs between two installations: where they lie, and the
/// numbers of journal entries, of which a write that was cut off has used one.
fn comparable(world: &World, ran: &Ran) -> String {
    let text = ran.printed.replace(world.root.to_str().unwrap(), "");
    let mut parts = text.split("entries/");
    let mut comparable = parts.next().unwrap().to_owned();
    for part in parts {
        comparable.push_str("entries/");
        comparable.push_str(part.trim_start_matches(|it: char| it.is_ascii_digit()));
    }
    // A cut-off that waits for a killed service notes it in an entry more.
    let lines = comparable
        .lines()
        .map(|line| match line.split_once(" entries and ") {
            Some((of, rest)) => {
                let of = of.trim_end_matches(|it: char| it.is_ascii_digit());
                format!("{of}entries and {rest}\n")
            }
            None => format!("{line}\n"),
        });
    lines.collect()
}
