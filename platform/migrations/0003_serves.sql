-- Which releases may serve this schema. A release is known by the newest migration that it brings, of
-- the platform's own and of its service's. A migration that takes something away, which releases
-- before it use, sets `oldest` of its set to the newest migration of the first that can do without.
create table platform.serves (
    migrations text primary key check (migrations in ('platform', 'service')),
    oldest bigint not null
);

grant select on platform.serves to norec_app;

insert into platform.serves (migrations, oldest) values ('platform', 1), ('service', 1);
