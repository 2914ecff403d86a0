-- The agency's accounts as imported: never edited, reversed as a whole. Amounts are øre.

create table accounts_imports (
    name text primary key,
    version bigint not null check (version > 0),
    start_on date not null,
    end_on date not null,
    source text not null,
    source_on date not null,
    rounded_to bigint not null check (rounded_to > 0),
    aggregate boolean not null,
    chart_edition text not null references chart_editions,
    control_totals jsonb not null,
    row_count int not null check (row_count > 0),
    state text not null check (state in ('imported', 'reversed')),
    reversal_reason text not null default '',
    created_at timestamptz not null default now(),
    check (start_on <= end_on),
    check (extract(year from start_on) = extract(year from end_on)),
    check ((state = 'reversed') = (reversal_reason <> ''))
);

grant select, insert on accounts_imports to norec_app;
grant update (version, state, reversal_reason) on accounts_imports to norec_app;

-- A row without a voucher is of published totals (an aggregate import).
create table account_rows (
    name text primary key,
    accounts_import text not null references accounts_imports,
    number int not null check (number > 0),
    voucher text,
    day date not null,
    chapter text not null,
    post text not null,
    sub_post text not null,
    account text not null,
    amount bigint not null check (amount <> 0),
    description text not null,
    agreement text not null,
    corrects text not null,
    unique (accounts_import, number),
    check (voucher is not null or (agreement = '' and corrects = ''))
);

grant select, insert on account_rows to norec_app;

-- One row per year whose accounts were written or a period of which was closed. It holds nothing: who
-- writes or closes locks it first.
create table account_years (
    year int primary key
);

grant select, insert, update on account_years to norec_app;
