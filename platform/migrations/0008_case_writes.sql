-- How many writes have entered a case. The first has nobody's duty to look up; a release before this counts
-- nothing, and a case that it has begun is entered a second time by whoever counts.

alter table platform.cases add column writes bigint not null default 1;
