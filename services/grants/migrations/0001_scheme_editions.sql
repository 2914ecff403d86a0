-- Editions of grant schemes (tilskuddsordninger): the rules that an award is made under.

grant usage on schema public to norec_app;

create table scheme_editions (
    name text primary key,
    version bigint not null check (version > 0),
    title text not null,
    posts jsonb not null,
    regulations jsonb not null,
    open_on date not null,
    state text not null check (state in ('open', 'paused', 'closed')),
    state_on date not null,
    created_at timestamptz not null default now()
);

grant select, insert on scheme_editions to norec_app;
grant update (version, state, state_on) on scheme_editions to norec_app;
