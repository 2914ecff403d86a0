-- What a cut-off keeps so that nobody can change what it closed with unnoticed: the sources' journals beside
-- their facts, and digests of what was computed.

alter table sources
    add column entries_number bigint not null default 0,
    add column entries_digest bytea not null default '';

grant update (entries_number, entries_digest) on sources to norec_app;

-- A mark from before this has no place in the entries.
alter table cutoff_marks
    add column source_id text not null default '',
    add column entries_number bigint not null default 0,
    add column entries_digest bytea not null default '';

drop trigger cutoff_marks_are_not_changed on cutoff_marks;

create trigger cutoff_marks_are_not_changed
    before update of cutoff, source, number, digest, incomplete, source_id, entries_number, entries_digest
        or delete
    on cutoff_marks
    for each row execute function platform.refuse_change();

-- The encoding of norec.governance.v1.CutoffEvidence; empty until it closes.
alter table cutoffs add column evidence bytea not null default '';

grant update (evidence) on cutoffs to norec_app;

create trigger ended_cutoffs_are_not_changed before update on cutoffs
    for each row when (old.state <> 'closing') execute function platform.refuse_change();
create trigger cutoffs_are_not_deleted before delete on cutoffs
    for each row execute function platform.refuse_change();

-- Empty in an import from before this.
alter table accounts_imports add column rows_digest bytea not null default '';


create trigger facts_are_not_truncated before truncate on facts execute function platform.refuse_change();
create trigger cutoffs_are_not_truncated before truncate on cutoffs execute function platform.refuse_change();
create trigger cutoff_marks_are_not_truncated before truncate on cutoff_marks
    execute function platform.refuse_change();
create trigger figures_are_not_truncated before truncate on figures execute function platform.refuse_change();
create trigger figure_groups_are_not_truncated before truncate on figure_groups
    execute function platform.refuse_change();
create trigger restatements_are_not_truncated before truncate on restatements
    execute function platform.refuse_change();
