-- The journal is numbered and chained at the source, as facts are and under the same lock. Whoever asks for
-- the head numbers what has no number yet, entries of before this migration among them, so many at a time.

alter table platform.journal
    add column number bigint,
    add column digest bytea,
    add check ((number is null) = (digest is null));

-- Partial, or numbering would count as a change of a key and wait for whoever refers to an entry.
create unique index journal_number on platform.journal (number) where number is not null;
create index journal_unnumbered on platform.journal (seq) where number is null;

-- What the app role inserts has no number.
revoke insert on platform.journal from norec_app;
grant insert (recorded_at, method, subject, kind, version, case_name, duty, actor, issuer, request_id,
              effective_on, late_reason, late_rule, trace_id, after)
    on platform.journal to norec_app;
grant update (number, digest) on platform.journal to norec_app;

-- Compares whole rows, so that a column which comes later is held too.
create function platform.entry_once() returns trigger language plpgsql as $$
declare
    numbered platform.journal := old;
begin
    numbered.number := new.number;
    numbered.digest := new.digest;
    if old.number is not null or new.number is null or numbered is distinct from new then
        raise exception 'an entry is numbered once and never edited'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

drop trigger journal_is_append_only on platform.journal;

create trigger entries_are_numbered_once before update on platform.journal
    for each row execute function platform.entry_once();
create trigger entries_are_not_deleted before delete on platform.journal
    for each row execute function platform.refuse_change();

-- A statement that names no row is refused too.
create trigger entries_are_not_truncated before truncate on platform.journal
    execute function platform.refuse_change();
create trigger facts_are_not_truncated before truncate on platform.facts
    execute function platform.refuse_change();

-- Where the numbering of entries stands.
alter table platform.feed
    add column entries_number bigint not null default 0,
    add column entries_digest bytea not null default '';

grant update (entries_number, entries_digest) on platform.feed to norec_app;
