-- Agreements with grant recipients (tilskuddsavtaler), and what they commit by chapter, post and
-- year (tilsagn).

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

create table commitments (
    agreement text not null references agreements,
    chapter text not null,
    post text not null,
    year int not null,
    amount_ore bigint not null check (amount_ore > 0),
    conditional boolean not null,
    released_ore bigint not null default 0 check (released_ore between 0 and amount_ore),
    primary key (agreement, chapter, post, year)
);

create index commitments_frame on commitments (chapter, post, year);

grant select, insert on commitments to norec_app;
grant update (conditional, released_ore) on commitments to norec_app;

-- Wordings that change by date.
create table rules (
    rule text not null,
    valid_from date not null,
    text_nb text not null,
    source text not null,
    primary key (rule, valid_from)
);

grant select on rules to norec_app;

insert into rules (rule, valid_from, text_nb, source) values
    ('commitment-reservation', '1990-01-01',
     'Tilsagnet for {år} gis med forbehold om at Stortinget bevilger midler til formålet på statsbudsjettet for {år}.',
     'Bevilgningsreglementet § 6; Hovedinstruks § 4.1');
