-- Indicators, their figures at cut-offs, and what later editions changed.

create table indicators (
    name text primary key,
    version bigint not null check (version > 0),
    title_nb text not null,
    title_nn text not null,
    formula bytea not null,
    source_clause text not null,
    created_at timestamptz not null default now()
);

grant select, insert on indicators to norec_app;

create table figures (
    name text primary key,
    cutoff text not null references cutoffs,
    indicator text not null references indicators,
    status text not null,
    amount bigint not null,
    denominator bigint not null,
    missing_measure text not null,
    fact_count bigint not null,
    digest bytea not null,
    unit int not null
);

create table figure_groups (
    figure text not null references figures,
    key text[] not null,
    status text not null,
    amount bigint not null,
    denominator bigint not null,
    missing_measure text not null,
    fact_count bigint not null,
    primary key (figure, key)
);

create table restatements (
    name text primary key,
    cutoff text not null references cutoffs,
    before_figure text not null references figures,
    after_figure text not null references figures
);

grant select, insert on figures, figure_groups, restatements to norec_app;

create trigger figures_are_not_changed before update or delete on figures
    for each row execute function platform.refuse_change();
create trigger figure_groups_are_not_changed before update or delete on figure_groups
    for each row execute function platform.refuse_change();
create trigger restatements_are_not_changed before update or delete on restatements
    for each row execute function platform.refuse_change();
