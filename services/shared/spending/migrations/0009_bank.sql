-- What the bank did with a payment: the sum it debited, and what it had back.

alter table spending.disbursements
    add column foreign_amount jsonb,
    add column paid_ore bigint check (paid_ore > 0),
    add column other_sum_reason text not null default '',
    add column frozen_reason text not null default '',
    add column returns jsonb not null default '[]',
    add check ((state = 'paid') = (paid_ore is not null)),
    -- Another sum than was ordered says why.
    add check (paid_ore is null or paid_ore = amount_ore or other_sum_reason <> ''),
    add check (returns = '[]' or state = 'paid');

create index disbursements_state on spending.disbursements (state, name);

grant update (paid_ore, other_sum_reason, frozen_reason, returns)
    on spending.disbursements to norec_app;

-- The bank paid more of a commitment than is promised, less what was given back.
create function spending.is_overspent(of_parent text, of_chapter text, of_post text, of_year int)
    returns boolean language sql stable
    return (
        select coalesce(sum(m.ore), 0)
          from spending.commitment_moves m
         where (m.parent, m.chapter, m.post, m.year) = (of_parent, of_chapter, of_post, of_year)
    ) < (
        select coalesce(sum(d.paid_ore - back.ore), 0)
          from spending.disbursements d
         cross join lateral (
             select coalesce(sum((it ->> 'ore')::bigint), 0) as ore from jsonb_array_elements(d.returns) it
         ) back
         where (d.parent, d.chapter, d.post, d.year) = (of_parent, of_chapter, of_post, of_year)
           and d.state = 'paid'
    );
