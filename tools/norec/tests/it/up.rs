//! How the suite comes up, stays up, and ends.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;

use cluster::Cluster;
use rustix::process::Signal;

use crate::world::{Ran, Running, World, runs, signal, wait_until};

/// B-T15, B-T05: PostgreSQL has a line of its own in the status and in the log, and each service one of
/// its own log.
#[test]
fn postgresql_and_the_logs_are_seen() {
    let world = World::named("seen");
    let status = world.run(&["status"]).printed;
    let nothing = "PostgreSQL: none of this installation's own, ";
    assert!(status.contains(nothing), "{status}");

    world.must(&["up", "--detach"]);
    let postmaster = world.postmaster();
    let status = world.must(&["status"]);
    for line in [
        format!("PostgreSQL: takes connections, process {postmaster}, "),
        "    log: 0 lines could not be written\n".to_owned(),
    ] {
        assert!(status.contains(&line), "{status}");
    }
    let log = world.read("logs/norec.log");
    let line = format!("norec: PostgreSQL takes connections, process {postmaster}, ");
    assert!(log.contains(&line), "{log}");
    let log = world.read("logs/grants.log");
    assert!(
        log.contains("the database answers and takes writes"),
        "{log}"
    );

    signal(postmaster, Signal::KILL);
    wait_until("PostgreSQL runs again", || {
        world
            .read("logs/norec.log")
            .contains("PostgreSQL had ended; it runs again")
    });
    world.must(&["down"]);
    let status = world.run(&["status"]).printed;
    assert!(status.contains("PostgreSQL: does not run, "), "{status}");
}

#[test]
fn the_suite_comes_up_is_seen_and_goes_down_and_keeps_its_port_and_its_keys() {
    let world = World::named("cycle");
    assert_eq!(world.run(&["status"]).code, Some(1));
    let nothing = world.run(&["token", "--person", "solveig"]);
    assert!(nothing.said.contains("`norec up` makes one"), "{nothing:?}");

    let manual = world.must(&["up", "--detach"]);
    let address = world.address();
    assert!(
        manual.contains(&format!("grants at {address}:")),
        "{manual}"
    );
    let token = world.must(&["token", "--person", "solveig", "--lifetime", "24h"]);

    let status = world.must(&["status"]);
    let process = world.process("services/grants.pid");
    assert!(
        status.contains(&format!("grants: SERVING, {address}, process {process}")),
        "{status}"
    );
    assert!(
        status.contains("norec.grants.v1.SchemeService: SERVING"),
        "{status}"
    );
    assert!(
        status.contains("norec.feed.v1.FeedService: SERVING"),
        "{status}"
    );
    let second = world.run(&["up"]);
    let first = world.process("norec.pid");
    assert_eq!(second.code, Some(1));
    assert!(
        second
            .said
            .contains(&format!("already, as process {first}")),
        "{second:?}"
    );

    let postmaster = world.postmaster();
    world.must(&["down"]);
    for ended in [first, process, postmaster] {
        assert!(!runs(ended), "{ended}");
    }
    let status = world.run(&["status"]);
    assert_eq!(
        (status.code, status.printed.contains("grants: does not run")),
        (Some(1), true)
    );
    world.must(&["down"]);

    world.must(&["up", "--detach"]);
    assert_eq!(world.address(), address);
    let header = format!("authorization: Bearer {}", token.trim());
    assert_eq!(header.split('.').count(), 3);
    assert_eq!(
        world
            .run(&[
                "call",
                "norec.grants.v1.SchemeService/ListSchemeEditions",
                "--person",
                "kari",
                "--role",
                "auditor"
            ])
            .printed,
        "{\n  \"scheme_editions\": [],\n  \"next_page_token\": \"\"\n}\n"
    );
}

#[test]
fn a_port_that_somebody_took_is_replaced_and_it_is_said() {
    let world = World::up("port");
    let before = world.address();
    world.must(&["down"]);

    let _somebody = TcpListener::bind(before).unwrap();
    world.must(&["up", "--detach"]);

    assert_ne!(world.address(), before);
    world.must(&["status"]);
    let log = world.read("logs/norec.log");
    assert!(
        log.contains(&format!("grants cannot have {before} again")),
        "{log}"
    );
}

#[test]
fn a_killed_service_is_started_again_where_it_was() {
    let world = World::up("again");
    let (address, first) = (world.address(), world.process("services/grants.pid"));

    signal(first, Signal::KILL);

    wait_until("grants serves again", || {
        world.run(&["status"]).code == Some(0)
    });
    assert_ne!(world.process("services/grants.pid"), first);
    assert_eq!(world.address(), address);
    let log = world.read("logs/norec.log");
    assert!(
        log.contains("grants ended (signal: 9 (SIGKILL)); starting it again in 100 ms"),
        "{log}"
    );
}

#[test]
fn a_killed_norec_takes_its_services_with_it_and_the_next_one_takes_up_the_cluster() {
    let world = World::up("killed");
    let address = world.address();
    let (norec, grants) = (
        world.process("norec.pid"),
        world.process("services/grants.pid"),
    );
    let postmaster = world.postmaster();

    signal(norec, Signal::KILL);
    wait_until("norec is gone", || !runs(norec));
    // At once, while its services may still drain.
    world.must(&["up", "--detach"]);
    assert!(!runs(grants));
    assert_eq!((world.address(), world.postmaster()), (address, postmaster));
    world.must(&["status"]);

    let (norec, grants) = (
        world.process("norec.pid"),
        world.process("services/grants.pid"),
    );
    signal(norec, Signal::KILL);
    wait_until("grants has ended", || !runs(grants));
    assert!(runs(postmaster), "a cluster is left behind");
    let down = world.run(&["down"]);
    assert!(down.said.contains("ended what was left"), "{down:?}");
    assert!(!runs(postmaster));
}

#[test]
fn ctrl_c_ends_everything_in_order() {
    let world = World::named("ctrl-c");
    let mut norec = Running(world.command(&["up"]).spawn().unwrap());
    let mut lines = BufReader::new(norec.0.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("The suite serves"));
    let (grants, postmaster) = (world.process("services/grants.pid"), world.postmaster());

    signal(norec.0.id(), Signal::INT);

    assert_eq!(norec.0.wait().unwrap().code(), Some(0));
    assert!(!runs(grants) && !runs(postmaster));
    let mut said = String::new();
    norec
        .0
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(
        said.contains("norec: ending") && !said.contains("starting it again"),
        "{said}"
    );
}

#[test]
fn services_run_on_the_databases_that_the_environment_gives() {
    let cluster = Cluster::temporary().unwrap();
    let world = World::named("given");
    let mut up = world.command(&["up", "--detach"]);
    up.env("NOREC_DATABASE_URL", "postgres://of.somebody.else/");
    for service in ["grants", "governance"] {
        let database = cluster.create_service(service).unwrap();
        world.write(&format!("{service}.url"), &database.owner_url);
        let name = format!("NOREC_{}", service.to_uppercase());
        up.env(format!("{name}_DATABASE_URL"), &database.app_url)
            .env(
                format!("{name}_OWNER_DATABASE_URL_FILE"),
                format!("{service}.url"),
            );
    }

    let ran = Ran::from(up.output().unwrap());

    assert_eq!(ran.code, Some(0), "{ran:?}");
    world.must(&["status"]);
    assert!(!world.installation().join("postgres").exists());
    let journal = "select count(*) from platform.journal where method <> 'platform.rules.ship'";
    assert_eq!(cluster.psql("grants", journal).unwrap(), "0");
    // Each has its own URL and nobody else's.
    let environment = format!("/proc/{}/environ", world.process("services/grants.pid"));
    let environment = String::from_utf8(std::fs::read(environment).unwrap()).unwrap();
    let urls = environment.matches("DATABASE_URL").count();
    assert!(
        urls == 1 && environment.contains("NOREC_DATABASE_URL=postgres://grants_app:"),
        "{environment}"
    );
}

#[test]
fn governance_follows_grants_and_is_told_where_it_goes() {
    let world = World::up("moves");
    wait_until("grants is followed", || {
        let list = "norec.governance.v1.CutoffService/ListSources";
        let answer = world.must(&["call", list, "--person", "olav", "--role", "controller"]);
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let sources = answer["sources"].as_array().cloned().unwrap_or_default();
        sources
            .iter()
            .any(|it| it["name"] == "sources/grants" && it["read_time"].is_string())
    });

    let before = world.address();
    let _somebody = loop {
        let grants = world.process("services/grants.pid");
        signal(grants, Signal::KILL);
        let mut taken = None;
        wait_until("the port is free, or grants has it again", || {
            taken = TcpListener::bind(before).ok();
            taken.is_some() || world.process("services/grants.pid") != grants
        });
        if let Some(taken) = taken {
            break taken;
        }
    };

    let arguments = || {
        let process = world.process("services/governance.pid");
        std::fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap_or_default()
    };
    wait_until("governance knows where grants is", || {
        let address = world.address();
        address != before && arguments().contains(&format!("http://{address}\0"))
    });
    wait_until("all serve again", || world.run(&["status"]).code == Some(0));
}

#[test]
fn what_keeps_the_suite_from_coming_up_is_said() {
    let world = World::named("refused");
    let mut up = world.command(&["up", "--detach"]);
    up.env("NOREC_GRANTS_DATABASE_URL", "no url")
        .env("NOREC_GRANTS_OWNER_DATABASE_URL", "no url");
    let ran = Ran::from(up.output().unwrap());
    assert_eq!(ran.code, Some(1));
    assert!(ran.said.contains("grants migrate failed"), "{ran:?}");
    assert!(ran.said.contains("the database URL is not one"), "{ran:?}");

    let mut up = world.command(&["up"]);
    up.env("NOREC_GRANTS_OWNER_DATABASE_URL", "u");
    let ran = Ran::from(up.output().unwrap());
    assert!(
        ran.said.contains("goes with NOREC_GRANTS_DATABASE_URL"),
        "{ran:?}"
    );
}
