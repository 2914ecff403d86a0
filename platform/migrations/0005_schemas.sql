-- A set of migrations is named by the schema that it makes, and inserts its own row: releases before this
-- one knew two sets, and look for a row of the name 'service'.

-- A service's own set is made anew in this release too, so a database of before is refused, before anything of
-- it is changed. (A new database has no such table yet: the platform's set comes first.)
do $$
begin
    if to_regclass('public._sqlx_migrations') is not null then
        raise exception 'this database is of a release whose tables all stood in the schema public; no release '
            'reads both shapes: keep it for that release, and migrate an empty database';
    end if;
end $$;

alter table platform.serves drop constraint serves_migrations_check;

update platform.serves set migrations = 'public' where migrations = 'service';
update platform.serves set oldest = 5 where migrations = 'platform';
