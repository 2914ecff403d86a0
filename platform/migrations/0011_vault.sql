-- Personal data lies here, apart from the journal, which never forgets: of each entry that brought some what is
-- then in force, as the resource's message with its marked fields only. Appended to the entry's resource it fills it.

create table platform.vault (
    resource text not null,
    version bigint not null,
    kind text not null,
    person text not null check (person <> ''),
    data bytea not null,
    primary key (resource, version),
    foreign key (resource, version) references platform.journal (subject, version)
);

create index vault_person on platform.vault (person);

grant select, insert, delete on platform.vault to norec_app;

create trigger vault_is_not_changed before update on platform.vault
    for each row execute function platform.refuse_change();

-- A key's digest is over the request without its personal part; this is over that part, where the request's kind
-- can have one, and is gone when the person is erased.
alter table platform.requests add column personal_digest bytea;

grant update (personal_digest) on platform.requests to norec_app;

-- Empties the vault of these persons and of these resources, and the tables by which they are searched: those
-- called …_vault, which have the columns name and person. Answers the resources that were emptied.
create function platform.empty_vault(persons text[], resources text[]) returns setof text
    language plpgsql set search_path = pg_catalog as $$
declare
    emptied text[];
    place regclass;
begin
    select array_agg(distinct v.resource order by v.resource) into emptied
      from platform.vault v where v.person = any(persons) or v.resource = any(resources);
    update platform.requests r set personal_digest = null
      from platform.journal j
     where j.subject = any(emptied) and r.principal = j.actor and r.request_id = j.request_id
       and r.personal_digest is not null;
    delete from platform.vault v where v.person = any(persons) or v.resource = any(resources);
    for place in
        select c.oid::regclass from pg_class c where c.relkind = 'r' and c.relname like '%\_vault'
    loop
        execute format('delete from %s where person = any($1) or name = any($2)', place)
            using persons, resources;
    end loop;
    return query select unnest(emptied);
end $$;
