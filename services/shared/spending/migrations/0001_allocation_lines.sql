-- Allocation lines (tildelinger): what the ministry allots to a chapter, post and year, and what
-- Norec itself sets aside of it.

create schema if not exists spending;

grant usage on schema spending to norec_app;

insert into platform.serves (migrations, oldest) values ('spending', 1);

create table spending.allocation_lines (
    name text primary key,
    version bigint not null check (version > 0),
    kind text not null check (kind in ('allocated', 'carried_over', 'set_aside')),
    chapter text not null,
    post text not null,
    year int not null,
    amount_ore bigint not null check (amount_ore <> 0),
    document jsonb not null,
    state text not null
        check (state in ('entered', 'confirmed', 'reversal_entered', 'reversed', 'dropped')),
    reversal_reason text not null,
    created_at timestamptz not null default now()
);

create index allocation_lines_frame on spending.allocation_lines (chapter, post, year);

grant select, insert on spending.allocation_lines to norec_app;
grant update (version, state, reversal_reason) on spending.allocation_lines to norec_app;
