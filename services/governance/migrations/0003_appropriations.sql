-- The Storting's decisions on a chapter and post (bevilgninger). Amounts are øre.

create table appropriations (
    name text primary key,
    version bigint not null check (version > 0),
    chapter text not null,
    post text not null,
    year int not null,
    kind text not null check (kind in ('voted', 'revised', 'carried_over')),
    amount bigint not null check (amount >= 0),
    effective_on date not null check (extract(year from effective_on) = year),
    source text not null,
    source_on date not null,
    state text not null check (state in ('recorded', 'reversed')),
    reversal_reason text not null default '',
    created_at timestamptz not null default now(),
    check ((state = 'reversed') = (reversal_reason <> ''))
);

-- What a post has by one kind of decision is one figure: a second would be added to it.
create unique index appropriations_one_standing
    on appropriations (chapter, post, year, kind) where state = 'recorded';

grant select, insert on appropriations to norec_app;
grant update (version, state, reversal_reason) on appropriations to norec_app;
