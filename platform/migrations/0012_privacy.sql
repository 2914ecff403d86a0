-- Who shall be forgotten, who must not be, and when it was seen to.

create table platform.erasures (
    name text primary key,
    version bigint not null check (version > 0),
    person text not null,
    ground text not null,
    state text not null check (state in ('entered', 'confirmed')),
    confirmed_on date,
    backups_expire_on date,
    resources int not null default 0,
    created_at timestamptz not null default clock_timestamp(),
    check ((state = 'confirmed') = (confirmed_on is not null))
);

create index erasures_person on platform.erasures (person);

grant select, insert on platform.erasures to norec_app;
grant update (version, state, confirmed_on, backups_expire_on, resources) on platform.erasures to norec_app;

create table platform.holds (
    name text primary key,
    version bigint not null check (version > 0),
    person text not null,
    ground text not null,
    until_on date,
    state text not null check (state in ('held', 'ended')),
    created_at timestamptz not null default clock_timestamp()
);

create index holds_person on platform.holds (person);

grant select, insert on platform.holds to norec_app;
grant update (version, state) on platform.holds to norec_app;

-- A night's run is there once, whoever of several replicas begins it.
create table platform.retention_runs (
    name text primary key,
    created_at timestamptz not null default clock_timestamp()
);

grant select, insert on platform.retention_runs to norec_app;

-- Keys of requests are forgotten by the run.
grant delete on platform.requests to norec_app;
