-- What a source says besides of a measure: which dimensions keep its facts apart, and that it counts persons.

alter table measures
    add column apart text[] not null default '{}',
    add column counts_persons boolean not null default false;

-- As before, but what a filter counts of a dimension may also be {"prefix": …} beside values: whatever begins so.
create or replace function counted_facts(
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
                  and not exists (
                          select from jsonb_array_elements(e.allowed) as p (begins)
                           where starts_with(f.dimensions ->> e.dimension, p.begins ->> 'prefix')
                      )
           )
     order by f.source, f.number, t.term
$$;
