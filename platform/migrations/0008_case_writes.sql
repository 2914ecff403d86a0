-- How many writes have entered a case: the first has nobody's duty to look up, so a case stays and is not entered
-- less often. A release before this counts nothing; a case that it has begun is entered a second time by whoever
-- counts.

alter table platform.cases add column writes bigint not null default 1;

create trigger cases_are_kept before update on platform.cases
    for each row when (new.name <> old.name or new.writes < old.writes)
    execute function platform.refuse_change();
create trigger cases_are_not_deleted before delete on platform.cases
    for each row execute function platform.refuse_change();
create trigger cases_are_not_truncated before truncate on platform.cases
    execute function platform.refuse_change();
