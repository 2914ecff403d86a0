-- What a report may count. `record` leaves number and digest null; the feed gives them once.
create table platform.facts (
    entry bigint not null references platform.journal,
    ordinal int not null,
    measure text not null,
    effective_on date not null,
    value bigint not null check (value <> 0),
    dimensions jsonb not null,
    subject text not null,
    number bigint unique,
    digest bytea,
    primary key (entry, ordinal),
    check ((number is null) = (digest is null))
);

create index facts_unnumbered on platform.facts (entry, ordinal) where number is null;

grant select on platform.facts to norec_app;
grant insert (entry, ordinal, measure, effective_on, value, dimensions, subject)
    on platform.facts to norec_app;
grant update (number, digest) on platform.facts to norec_app;

create function platform.number_once() returns trigger language plpgsql as $$
begin
    if old.number is not null
        or (new.entry, new.ordinal, new.measure, new.effective_on, new.value, new.dimensions, new.subject)
            is distinct from
           (old.entry, old.ordinal, old.measure, old.effective_on, old.value, old.dimensions, old.subject)
    then
        raise exception 'a fact is numbered once and never edited'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create trigger facts_are_numbered_once before update on platform.facts
    for each row execute function platform.number_once();
create trigger facts_are_not_deleted before delete on platform.facts
    for each row execute function platform.refuse_change();

-- One row: who this source is, and where its numbering stands.
create table platform.feed (
    only_row boolean primary key default true check (only_row),
    source text not null default gen_random_uuid()::text,
    number bigint not null default 0,
    digest bytea not null default ''
);

insert into platform.feed default values;

grant select on platform.feed to norec_app;
grant update (number, digest) on platform.feed to norec_app;
