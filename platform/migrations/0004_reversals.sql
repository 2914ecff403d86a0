-- A fact that takes an earlier one back says so: whether any stands is then known also where they sum
-- to 0. And 0 is a fact: that there is nothing is known.

alter table platform.facts drop constraint facts_value_check;
alter table platform.facts add column reversal boolean not null default false;

grant insert (reversal) on platform.facts to norec_app;

create or replace function platform.number_once() returns trigger language plpgsql as $$
begin
    if old.number is not null
        or (new.entry, new.ordinal, new.measure, new.effective_on, new.value, new.dimensions, new.subject,
            new.reversal)
            is distinct from
           (old.entry, old.ordinal, old.measure, old.effective_on, old.value, old.dimensions, old.subject,
            old.reversal)
    then
        raise exception 'a fact is numbered once and never edited'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
