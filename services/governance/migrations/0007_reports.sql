-- Reports: tables and charts of a cut-off. `content` is the contract's message without what is
-- output only; `findings` are of the check of this version.

create table reports (
    name text primary key,
    version bigint not null check (version > 0),
    cutoff text not null references cutoffs,
    content bytea not null,
    state text not null check (state in ('drafted', 'checked')),
    findings jsonb not null,
    created_at timestamptz not null default now(),
    check (state = 'checked' or findings = '[]')
);

grant select, insert on reports to norec_app;
grant update (version, cutoff, content, state, findings) on reports to norec_app;
