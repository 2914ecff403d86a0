-- Wordings of the reservation (forbehold om Stortingets bevilgning), by the day from which they are
-- used.
create table spending.reservations (
    valid_from date primary key,
    text_nb text not null,
    text_nn text not null,
    source text not null
);

grant select on spending.reservations to norec_app;

insert into spending.reservations (valid_from, text_nb, text_nn, source) values
    ('1990-01-01',
     'Tilsagnet for {år} gis med forbehold om at Stortinget bevilger midler til formålet på statsbudsjettet for {år}.',
     'Tilsegna for {år} blir gitt med atterhald om at Stortinget løyver midlar til formålet på statsbudsjettet for {år}.',
     'Bevilgningsreglementet § 6; Hovedinstruks § 4.1');
