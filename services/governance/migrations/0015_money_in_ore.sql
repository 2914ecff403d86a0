-- Amounts of money say their unit, as they do in grants. What a figure counts has its measure's unit.

alter table accounts_imports rename column rounded_to to rounded_to_ore;
alter table account_rows rename column amount to amount_ore;
alter table appropriations rename column amount to amount_ore;

update accounts_imports
   set control_totals = coalesce(
           (select jsonb_agg(
                       jsonb_build_object(
                           'post', total -> 'post', 'published_ore', total -> 'published',
                           'row_sum_ore', total -> 'row_sum')
                       order by place)
              from jsonb_array_elements(control_totals) with ordinality as t (total, place)), '[]');
