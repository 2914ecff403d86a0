-- Written budget authority (budsjettdisponeringsmyndighet): who may decide for which posts, up to
-- which amount, and when.

create table spending.delegations (
    name text primary key,
    version bigint not null check (version > 0),
    person text not null,
    posts jsonb not null,
    limit_ore bigint not null check (limit_ore > 0),
    start_on date not null,
    -- The last day; the day before the first when it was ended before it began.
    end_on date check (end_on >= start_on - 1),
    document jsonb not null,
    given_by text not null,
    created_at timestamptz not null default now()
);

create index delegations_person on spending.delegations (person);

grant select, insert on spending.delegations to norec_app;
grant update (version, end_on) on spending.delegations to norec_app;
