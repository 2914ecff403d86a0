-- Visitors and interviews about them; nothing personal but what visitors are searched by.

create table visitors (
    name text primary key,
    version bigint not null check (version > 0),
    country text not null,
    region text not null,
    state text not null check (state in ('active', 'admitted', 'rejected')),
    ended_on date,
    created_at timestamptz not null default now()
);

create table visitors_vault (
    name text primary key references visitors,
    person text not null,
    display_name text not null
);

create index visitors_called on visitors_vault (display_name);

create table interviews (
    name text primary key,
    version bigint not null check (version > 0),
    topic text not null,
    ended_on date,
    created_at timestamptz not null default now()
);

grant select, insert on visitors, visitors_vault, interviews to norec_app;
grant update (version, country, region, state, ended_on) on visitors to norec_app;
grant update (display_name), delete on visitors_vault to norec_app;
grant update (version) on interviews to norec_app;
