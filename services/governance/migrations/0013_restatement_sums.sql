-- What the facts of a restatement come to, by the part of the formula that counts them, stored when
-- the later edition closes. A restatement from before this has none that were stored.

alter table restatements
    add column fact_count bigint not null default 0,
    add column first_sum bigint not null default 0,
    add column second_sum bigint not null default 0;

alter table restatements
    alter column fact_count drop default,
    alter column first_sum drop default,
    alter column second_sum drop default;
