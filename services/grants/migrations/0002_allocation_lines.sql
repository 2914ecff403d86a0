-- Allocation lines (tildelinger): what the ministry allots to a chapter, post and year, and what
-- Norec itself sets aside of it.

create table allocation_lines (
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

create index allocation_lines_frame on allocation_lines (chapter, post, year);

grant select, insert on allocation_lines to norec_app;
grant update (version, state, reversal_reason) on allocation_lines to norec_app;

-- One row per chapter, post and year, made by the first decision that is judged by the frame. It
-- holds no sums: who judges locks it, and then sums what is registered.
create table frames (
    chapter text not null,
    post text not null,
    year int not null,
    primary key (chapter, post, year)
);

grant select, insert, update on frames to norec_app;
