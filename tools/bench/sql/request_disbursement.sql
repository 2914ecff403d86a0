-- One transaction of the statements that RequestDisbursement ran on 28 November 2026, frozen: the yardstick of `write`.
-- It follows the schema only as far as it must to run.
\set a random(1, 9223372036854775807)
\set n random(1, 200)
begin;
with claim as (
    insert into platform.requests (principal, request_id, method, digest)
    values ('persons/ada', '01a2202f-df77-727c-' || :a, '/norec.grants.v1.DisbursementService/RequestDisbursement', '\xb8ea86b4ea3f356c25ed2a5503aea709655f46bee085d2a9919afdd1cb164c7f')
    on conflict do nothing
    returning true
)
select exists (select from claim) as "is_first!", valid_from, value
  from platform.rule_editions
 where rule = 'late-registration' and state = 'confirmed' and valid_from <= '2026-11-28'
 order by valid_from desc
 limit 1;
insert into platform.cases (name) values ('agreements/b-' || :n)
on conflict (name) do update set name = excluded.name;
select duty as "duty!", method
  from platform.journal
 where case_name = 'agreements/b-' || :n and actor = 'persons/ada' and duty <> 'prepare'
 order by seq
 limit 1;
select a.*,
       (select jsonb_agg(c order by c.chapter, c.post, c.year)
          from spending.commitments c
         where c.parent = a.name) as "commitments!: Json<Vec<Commitment>>"
  from agreements a
 where a.name = 'agreements/b-' || :n;
select * from spending.disbursements where parent = 'agreements/b-' || :n order by name;
insert into spending.disbursements
    (name, version, parent, part, chapter, post, year, amount_ore, purpose, state,
     requested_on, decided_by, attested_by, voucher, other_year_reason,
     correction_reason, void_reason)
values ('agreements/b-' || :n || '/disbursements/01a2202f-df7d-73b2-' || :a, 1, 'agreements/b-' || :n, '', '144', '70', 2025, 1000, 'Første rate', 'requested', '2025-02-12', '', '', '', '', '', '')
on conflict (name) do nothing
returning *;
with entry as (
    insert into platform.journal
        (recorded_at, method, subject, kind, version, case_name, duty, actor, issuer,
         request_id, effective_on, late_reason, late_rule, trace_id, after)
    values (clock_timestamp(), '/norec.grants.v1.DisbursementService/RequestDisbursement', 'agreements/b-' || :n || '/disbursements/01a2202f-df7d-73b2-' || :a, 'norec.grants.v1.Disbursement', 1, 'agreements/b-' || :n, 'prepare', 'persons/ada', 'https://local.norec.test/', '01a2202f-df77-727c-' || :a, '2025-02-12', 'Registrert ved innføringen', 'rules/late-registration/editions/1990-01-01', '01a2202fdf7871d1ba756b510f58c1e6', '\x0a1161677265656d656e74732f6c6f6767656412194cc3a6726572652069204d616c617769206f67204e6f7267651a360a19466f72656e696e67656e20666f7220757476656b736c696e6712093938313936353133321a024d57220534333038312a033837302220736368656d65732f757476656b736c696e672f65646974696f6e732f323032362a200a090a033134341202373010ea0f1a090a034e4f4b10c0843d2a050a034e4f4b300172032231227a0b08b293a9d80610c085d713')
    returning seq
), counted as (
    insert into platform.facts
        (entry, ordinal, measure, effective_on, value, dimensions, subject, reversal)
    select entry.seq, f.*
      from entry, unnest('{}'::int[], '{}'::text[], '{}'::date[], '{}'::bigint[],
                         '{}'::jsonb[], '{}'::text[], '{}'::boolean[]) f
)
update platform.requests r
   set entry = entry.seq
  from entry
 where r.principal = 'persons/ada' and r.request_id = '01a2202f-df77-727c-' || :a;
commit;
