-- Pledges: what the host of the tests spends money on.

grant usage on schema public to norec_app;

create table pledges (
    name text primary key,
    version bigint not null check (version > 0),
    parts text[] not null,
    replaces text not null,
    state text not null check (state in ('draft', 'awarded', 'closed')),
    awarded_on date,
    closed_on date,
    reservation text not null,
    reservation_rule text not null,
    created_at timestamptz not null default now()
);

grant select, insert on pledges to norec_app;
grant update (version, state, awarded_on, closed_on, reservation, reservation_rule) on pledges to norec_app;
