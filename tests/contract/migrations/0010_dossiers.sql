-- Dossiers with their notes, which not everybody may know of, and wishes, which PORTAL brings.

create table dossiers (
    name text primary key,
    version bigint not null check (version > 0),
    title text not null,
    state text not null check (state in ('drafted', 'opened'))
);

create table notes (
    name text primary key,
    version bigint not null check (version > 0),
    text text not null,
    is_struck boolean not null
);

create table wishes (
    name text primary key,
    version bigint not null check (version > 0),
    text text not null,
    partner text not null
);

grant select, insert on dossiers, notes, wishes to norec_app;
grant update (version, title, state) on dossiers to norec_app;
grant update (version, is_struck) on notes to norec_app;
grant update (version, text, partner) on wishes to norec_app;
