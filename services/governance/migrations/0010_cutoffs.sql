-- Cut-offs: places in every source at which figures are computed.

create table cutoffs (
    name text primary key,
    period_id text not null,
    start_on date not null,
    end_on date not null,
    edition int not null,
    state text not null check (state in ('closing', 'closed', 'cancelled')),
    version bigint not null check (version > 0),
    created_at timestamptz not null default now()
);

grant select on cutoffs to norec_app;
