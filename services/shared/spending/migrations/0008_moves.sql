-- A promise is amended, confirmed, cancelled, and given back as payments come back after the end.

do $$ begin
    if exists (select from spending.commitments) then
        raise exception 'This database holds commitments of a release that did not yet tell them apart by '
            'main task, nor payments by voucher. Keep it for that release, and begin with an empty one.';
    end if;
end $$;

alter table spending.commitments
    drop constraint commitments_amount_ore_check,
    add check (amount_ore >= 0),
    -- The same sum in the contract's currency, with the rate that made it NOK.
    add column foreign_amount jsonb;

-- A draft's are replaced; what is promised of one has moves that hold it.
grant delete on spending.commitments to norec_app;
grant update (amount_ore, foreign_amount) on spending.commitments to norec_app;

alter table spending.commitment_moves
    drop constraint commitment_moves_kind_check,
    drop constraint commitment_moves_ore_check,
    drop constraint commitment_moves_check,
    drop constraint commitment_moves_check1,
    add constraint kind_is_known
        check (kind in ('awarded', 'amended', 'confirmed', 'released', 'cancelled', 'returned')),
    -- Awarded once and first; only an amendment promises what nothing was awarded of.
    add constraint awarded_first check (kind <> 'awarded' or ordinal = 1),
    add constraint promised_first check (ordinal > 1 or kind in ('awarded', 'amended')),
    add constraint award_promises check (kind <> 'awarded' or ore > 0),
    add constraint promise_moves check (kind not in ('amended', 'confirmed') or ore <> 0),
    -- What is given back when the parent ends, or comes back after it, is said anew with the payments.
    add constraint ending_gives_back check (kind not in ('released', 'cancelled', 'returned') or ore <= 0);

grant update (ore) on spending.commitment_moves to norec_app;

create or replace function spending.commitments_of(parent text) returns jsonb
    language sql stable
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'chapter', c.chapter, 'post', c.post, 'year', c.year, 'amount_ore', c.amount_ore,
                   'foreign', c.foreign_amount, 'moves', m.moves)
                   order by c.chapter, c.post, c.year), '[]')
          from spending.commitments c
         cross join lateral (
             select coalesce(jsonb_agg(jsonb_build_object(
                        'on', m.on_day, 'kind', m.kind, 'ore', m.ore, 'conditional', m.conditional,
                        'dimensions', m.dimensions) order by m.ordinal), '[]') as moves
               from spending.commitment_moves m
              where (m.parent, m.chapter, m.post, m.year) = (c.parent, c.chapter, c.post, c.year)
         ) m
         where c.parent = commitments_of.parent
    );
