-- One row per name that parents touch, their own among them: what decides over a parent holds the rows
-- of its names, so that who stops payments of one of them waits, and is waited for.
create table spending.touched (
    name text primary key
);

grant select, insert, update on spending.touched to norec_app;
