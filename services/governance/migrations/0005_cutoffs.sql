-- Cut-offs: a place in every source's facts.

create table cutoffs (
    name text primary key,
    version bigint not null check (version > 0),
    period_id text not null,
    edition int not null check (edition > 0),
    start_on date not null,
    end_on date not null,
    state text not null check (state in ('closing', 'closed', 'cancelled')),
    incomplete_reason text not null default '',
    incomplete_by text not null default '',
    cancel_reason text not null default '',
    created_at timestamptz not null default now(),
    unique (period_id, edition)
);

grant select, insert on cutoffs to norec_app;
grant update (version, state, cancel_reason) on cutoffs to norec_app;

create table cutoff_marks (
    cutoff text not null references cutoffs,
    source text not null references sources,
    number bigint not null,
    digest bytea not null,
    incomplete boolean not null,
    primary key (cutoff, source)
);

grant select, insert on cutoff_marks to norec_app;

create trigger cutoff_marks_are_not_changed before update or delete on cutoff_marks
    for each row execute function platform.refuse_change();
