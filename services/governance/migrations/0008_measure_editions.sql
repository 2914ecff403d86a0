-- What a source measures is kept in editions: a figure is computed again, and opened, with the
-- definitions of its cut-off, whatever the source has come to say since.

alter table measures
    add column edition int not null default 1 check (edition > 0),
    drop constraint measures_pkey,
    add primary key (id, edition);
alter table measures alter column edition drop default;

revoke update on measures from norec_app;

create trigger measures_are_not_changed before update or delete on measures
    for each row execute function platform.refuse_change();

-- The editions that a cut-off's figures were computed with.
create table cutoff_measures (
    cutoff text not null references cutoffs,
    measure text not null,
    edition int not null,
    primary key (cutoff, measure),
    foreign key (measure, edition) references measures
);

insert into cutoff_measures (cutoff, measure, edition)
select c.name, m.id, m.edition from cutoffs c, measures m where c.state = 'closed';

grant select, insert on cutoff_measures to norec_app;

create trigger cutoff_measures_are_not_changed before update or delete on cutoff_measures
    for each row execute function platform.refuse_change();

-- As before, but that a fact without one of the dimensions, because it was recorded under an earlier
-- edition of its measure, has the empty text there.
create or replace function counted_facts(
    at_cutoff text, since_cutoff text,
    terms int[], term_measures text[], from_days date[], to_days date[],
    group_by text[], filters jsonb
) returns table (
    term int, source text, number bigint, digest bytea, measure text, effective_on date,
    value bigint, key text[], subject text, entry text
) language sql stable as $$
    select t.term, f.source, f.number, f.digest, f.measure, f.effective_on, f.value,
           array(select coalesce(f.dimensions ->> d.name, '')
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
