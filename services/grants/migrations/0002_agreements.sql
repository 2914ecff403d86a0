-- Agreements with grant recipients (tilskuddsavtaler); what they commit (tilsagn) stands in the schema
-- spending.

create table agreements (
    name text primary key,
    version bigint not null check (version > 0),
    title text not null,
    recipient_name text not null,
    organisation_number text not null,
    country text not null,
    sector text not null,
    recipient_type text not null,
    scheme_edition text not null references scheme_editions,
    state text not null check (state in ('draft', 'awarded', 'signed', 'closed')),
    awarded_on date,
    signed_on date,
    closed_on date,
    reservation text not null,
    reservation_rule text not null,
    waiting_correction jsonb,
    document jsonb,
    created_at timestamptz not null default now()
);

grant select, insert on agreements to norec_app;
grant update (version, country, sector, recipient_type, state, awarded_on, signed_on, closed_on,
              reservation, reservation_rule, waiting_correction, document)
    on agreements to norec_app;
