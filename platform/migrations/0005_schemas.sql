-- A set of migrations is named by the schema that it makes, and inserts its own row: releases before this
-- one knew two sets, and look for a row of the name 'service'.

alter table platform.serves drop constraint serves_migrations_check;

update platform.serves set migrations = 'public' where migrations = 'service';
update platform.serves set oldest = 5 where migrations = 'platform';
