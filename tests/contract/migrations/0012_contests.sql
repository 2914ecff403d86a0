-- Contests: what the host of the tests sets a deadline for, counts persons of, and knows coming days of.

create table contests (
    name text primary key,
    version bigint not null check (version > 0),
    close_on date not null,
    roll text not null check (roll in ('stays', 'next', 'previous')),
    lent_on date,
    return_on date check (return_on >= lent_on)
);

grant select, insert on contests to norec_app;
grant update (version, lent_on, return_on) on contests to norec_app;

create table contest_entries (
    contest text not null references contests,
    entrant text not null,
    branch text not null,
    points bigint not null,
    scale text not null,
    received_at timestamptz not null,
    received_document jsonb,
    primary key (contest, entrant)
);

create index contest_entries_entrant on contest_entries (entrant);

grant select, insert, delete on contest_entries to norec_app;
