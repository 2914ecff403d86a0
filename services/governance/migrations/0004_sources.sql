-- Whose facts are followed, how far, and the facts themselves as they were read.

create table sources (
    name text primary key,
    version bigint not null check (version > 0),
    state text not null check (state in ('followed', 'stopped')),
    error text not null default '',
    source_id text not null default '',
    number bigint not null default 0,
    digest bytea not null default '',
    head_number bigint not null default 0,
    read_at timestamptz
);

grant select, insert on sources to norec_app;
grant update (version, state, error, source_id, number, digest, head_number, read_at)
    on sources to norec_app;

-- What the sources measure, as they said when they were last asked.
create table measures (
    id text primary key,
    source text not null references sources,
    unit int not null,
    kind int not null,
    absence int not null,
    dimensions text[] not null,
    definition_nb text not null,
    definition_nn text not null
);

grant select, insert, update on measures to norec_app;

create table facts (
    source text not null references sources,
    number bigint not null check (number > 0),
    digest bytea not null,
    measure text not null,
    effective_on date not null,
    value bigint not null,
    dimensions jsonb not null,
    subject text not null,
    entry text not null,
    primary key (source, number)
);

create index facts_measured on facts (measure, effective_on);

grant select, insert on facts to norec_app;

create trigger facts_are_not_changed before update or delete on facts
    for each row execute function platform.refuse_change();
