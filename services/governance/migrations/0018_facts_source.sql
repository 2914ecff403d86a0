-- A fact's source is the row of `sources` that the fact's own statement has moved on (src/store/facts.rs). The
-- key looked for that row once more per fact, half of what a fact costs; what it held the owner to, triggers
-- hold: a source stays, under its name.

alter table facts drop constraint facts_source_fkey;

create trigger sources_are_kept before update of name or delete on sources
    for each row execute function platform.refuse_change();
create trigger sources_are_not_truncated before truncate on sources execute function platform.refuse_change();
