-- Stops of payments, of a parent or of a name that parents touch.

create table spending.freezes (
    name text primary key,
    version bigint not null check (version > 0),
    target text not null,
    ground text not null,
    document jsonb not null,
    -- The irregularity case, by a name of the service that has it; empty without.
    case_name text not null,
    state text not null check (state in ('active', 'lifting', 'lifted')),
    start_on date not null,
    lift_on date,
    lift_reason text not null default '',
    except_parents text[] not null,
    waiting_lift jsonb,
    -- What it held when it was made, and what had left by then.
    found jsonb not null,
    created_at timestamptz not null default now(),
    check ((state = 'lifted') = (lift_on is not null)),
    check ((state = 'lifting') = (waiting_lift is not null))
);

create index freezes_target on spending.freezes (target);

grant select, insert on spending.freezes to norec_app;
grant update (version, state, lift_on, lift_reason, except_parents, waiting_lift)
    on spending.freezes to norec_app;

-- What holds a name, on its own row: who waited for the row's lock is judged by the row as it then is,
-- not by what it saw before.
alter table spending.touched add column freezes jsonb not null default '[]';

-- Which parents touch a name.
create table spending.touches (
    name text not null,
    parent text not null,
    primary key (name, parent)
);

create index touches_parent on spending.touches (parent);

grant select, insert, delete on spending.touches to norec_app;

-- A release before would decide frozen payments.
update platform.serves set oldest = 10 where migrations = 'spending';
