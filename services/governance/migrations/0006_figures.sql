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

-- The facts that a formula counts at a cut-off, optionally only those behind an earlier cut-off's
-- marks. Terms are the formula's parts (1, 2); `filters` has one object per term, from dimension to
-- the values that are counted.
create function counted_facts(
    at_cutoff text, since_cutoff text,
    terms int[], term_measures text[], from_days date[], to_days date[],
    group_by text[], filters jsonb
) returns table (
    term int, source text, number bigint, digest bytea, measure text, effective_on date,
    value bigint, key text[], subject text, entry text
) language sql stable as $$
    select t.term, f.source, f.number, f.digest, f.measure, f.effective_on, f.value,
           array(select f.dimensions ->> d.name
                   from unnest(group_by) with ordinality as d (name, place)
                  order by d.place),
           f.subject, f.entry
      from unnest(terms, term_measures, from_days, to_days) as t (term, measure, from_day, to_day)
      join facts f on f.measure = t.measure and f.effective_on between t.from_day and t.to_day
      join cutoff_marks m on m.cutoff = at_cutoff and m.source = f.source and f.number <= m.number
      left join cutoff_marks s on s.cutoff = since_cutoff and s.source = f.source
     where f.number > coalesce(s.number, 0)
       and not exists (
               select from jsonb_each(filters -> (t.term - 1)) as e (dimension, allowed)
                where not coalesce(e.allowed ? (f.dimensions ->> e.dimension), false)
           )
     order by f.source, f.number, t.term
$$;
