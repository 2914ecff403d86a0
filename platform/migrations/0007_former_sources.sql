-- What this source was before each restore, and how far facts and entries went in what was restored: a place
-- that somebody kept of it holds up to there. Written as the owner, by `migrate --after-restore`.

create table platform.former_sources (
    ordinal bigint generated always as identity primary key,
    source text not null,
    number bigint not null,
    digest bytea not null,
    entries_number bigint not null,
    entries_digest bytea not null
);

grant select on platform.former_sources to norec_app;

create trigger former_sources_are_not_changed before update or delete on platform.former_sources
    for each row execute function platform.refuse_change();
create trigger former_sources_are_not_truncated before truncate on platform.former_sources
    execute function platform.refuse_change();
