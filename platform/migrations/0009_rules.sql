-- Rules by editions. The edition that holds on a day is the last of those confirmed whose first day is not later.
-- What is shipped is entered when a database is migrated, each edition with an entry of the journal.
create table platform.rule_editions (
    name text primary key,
    version bigint not null check (version > 0),
    rule text not null,
    valid_from date not null,
    -- A further edition of the same day.
    ordinal int not null check (ordinal > 0),
    value jsonb not null,
    source text not null,
    document jsonb,
    state text not null check (state in ('entered', 'confirmed', 'withdrawn')),
    created_at timestamptz not null default clock_timestamp(),
    unique (rule, valid_from, ordinal)
);

grant select, insert on platform.rule_editions to norec_app;
grant update (version, state) on platform.rule_editions to norec_app;

create function platform.edition_once() returns trigger language plpgsql as $$
declare
    moved platform.rule_editions := old;
begin
    moved.version := new.version;
    moved.state := new.state;
    if old.state <> 'entered' or moved is distinct from new then
        raise exception 'an edition of a rule is confirmed or withdrawn once and never edited'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

create trigger editions_are_settled_once before update on platform.rule_editions
    for each row execute function platform.edition_once();
create trigger editions_are_not_deleted before delete on platform.rule_editions
    for each row execute function platform.refuse_change();
create trigger editions_are_not_truncated before truncate on platform.rule_editions
    execute function platform.refuse_change();

-- Its one row is shipped by the code now, under the name that entries know it by.
drop table platform.rules;

-- Releases before this one read it at every write.
update platform.serves set oldest = 9 where migrations = 'platform';
