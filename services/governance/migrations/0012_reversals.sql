-- Facts that take an earlier one back say so; see the platform's migration of that name.

alter table facts add column reversal boolean not null default false;

-- The facts that a formula counts at a cut-off, optionally only those behind an earlier cut-off's
-- marks. Terms are the formula's parts (1, 2); `filters` has one object per term, from dimension to
-- the values that are counted. A fact without one of the dimensions, because it was recorded under an
-- earlier edition of its measure, has the empty text there.
create function counted_facts(
    at_cutoff text, since_cutoff text,
    terms int[], term_measures text[], from_days date[], to_days date[],
    group_by text[], filters jsonb
) returns table (
    term int, source text, number bigint, digest bytea, measure text, effective_on date,
    value bigint, key text[], subject text, entry text, reversal boolean
) language sql stable as $$
    select t.term, f.source, f.number, f.digest, f.measure, f.effective_on, f.value,
           array(select coalesce(f.dimensions ->> d.name, '')
                   from unnest(group_by) with ordinality as d (name, place)
                  order by d.place),
           f.subject, f.entry, f.reversal
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
