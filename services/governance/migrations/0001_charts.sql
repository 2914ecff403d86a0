-- Charts of accounts (kontoplaner): which accounts an import may name.

grant usage on schema public to norec_app;

create table chart_editions (
    name text primary key,
    version bigint not null check (version > 0),
    title text not null,
    accounts jsonb not null,
    start_on date not null,
    source text not null,
    created_at timestamptz not null default now()
);

grant select, insert on chart_editions to norec_app;
