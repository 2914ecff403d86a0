-- A figure with its groups and the sources that its cut-off closed without: what a caller is shown, in
-- one round trip. Groups are sorted as the service sorts texts.

create view shown_figures as
    select f.name, f.cutoff, f.indicator, f.digest, f.unit,
           jsonb_build_object(
               'status', f.status, 'amount', f.amount, 'denominator', f.denominator,
               'missing_measure', f.missing_measure, 'fact_count', f.fact_count,
               'groups', coalesce(
                   (select jsonb_agg(
                               jsonb_build_object(
                                   'key', g.key, 'status', g.status, 'amount', g.amount,
                                   'denominator', g.denominator,
                                   'missing_measure', g.missing_measure,
                                   'fact_count', g.fact_count)
                               order by g.key collate "C")
                      from figure_groups g
                     where g.figure = f.name), '[]')) as outcome,
           array(select m.source
                   from cutoff_marks m
                  where m.cutoff = f.cutoff and m.incomplete
                  order by m.source) as incomplete_sources
      from figures f;

grant select on shown_figures to norec_app;
