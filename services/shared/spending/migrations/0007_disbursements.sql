-- Payments (utbetalinger) of what a parent commits, each of one commitment.

create table spending.disbursements (
    name text primary key,
    version bigint not null check (version > 0),
    parent text not null,
    -- What of the parent it is for, by a name of the service that has it; empty without.
    part text not null,
    chapter text not null,
    post text not null,
    year int not null,
    amount_ore bigint not null check (amount_ore > 0),
    purpose text not null,
    state text not null
        check (state in ('requested', 'decided', 'attested', 'approved', 'paid', 'voided')),
    requested_on date not null,
    decided_on date,
    decided_by text not null,
    attested_on date,
    attested_by text not null,
    paid_on date,
    voucher text not null,
    other_year_reason text not null,
    correction_reason text not null,
    voided_on date,
    void_reason text not null,
    -- What it is told apart by, as its parent was on the day that it was registered as paid.
    dimensions jsonb,
    created_at timestamptz not null default now(),
    foreign key (parent, chapter, post, year) references spending.commitments,
    check ((state = 'paid') = (paid_on is not null)),
    check ((state = 'paid') = (dimensions is not null)),
    check ((state = 'voided') = (voided_on is not null)),
    -- Four eyes at the last line of defence: nothing is paid that two persons have not let through.
    check (state not in ('approved', 'paid') or decided_by <> attested_by)
);

create index disbursements_parent on spending.disbursements (parent);
create index disbursements_paid on spending.disbursements (chapter, post, paid_on);

grant select, insert on spending.disbursements to norec_app;
grant update (version, state, decided_on, decided_by, attested_on, attested_by, paid_on, voucher,
              other_year_reason, correction_reason, voided_on, void_reason, dimensions)
    on spending.disbursements to norec_app;
