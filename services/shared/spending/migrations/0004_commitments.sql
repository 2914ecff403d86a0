-- What a parent, such as an agreement, asks for by chapter, post and year; what it has been promised
-- of that (tilsagn) is the sum of the moves.

create table spending.commitments (
    parent text not null,
    chapter text not null,
    post text not null,
    year int not null,
    amount_ore bigint not null check (amount_ore > 0),
    primary key (parent, chapter, post, year)
);

grant select, insert on spending.commitments to norec_app;

-- Money promised and given back, each move on a day of its own and told apart by what was true then. A
-- correction says that the day or the dimensions were registered wrongly; nothing else of a move changes.
create table spending.commitment_moves (
    parent text not null,
    chapter text not null,
    post text not null,
    year int not null,
    ordinal int not null check (ordinal > 0),
    on_day date not null,
    kind text not null check (kind in ('awarded', 'released')),
    ore bigint not null check (ore <> 0),
    conditional boolean not null,
    dimensions jsonb not null,
    primary key (parent, chapter, post, year, ordinal),
    -- Promised once and first; what follows gives back.
    check ((kind = 'awarded') = (ordinal = 1)),
    check ((kind = 'awarded') = (ore > 0)),
    foreign key (parent, chapter, post, year) references spending.commitments
);

create index commitment_moves_frame on spending.commitment_moves (chapter, post, year);

grant select, insert on spending.commitment_moves to norec_app;
grant update (on_day, dimensions) on spending.commitment_moves to norec_app;

-- What a service reads its parents with, by one statement of its own.
create function spending.commitments_of(parent text) returns jsonb
    language sql stable
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'chapter', c.chapter, 'post', c.post, 'year', c.year, 'amount_ore', c.amount_ore,
                   'moves', m.moves) order by c.chapter, c.post, c.year), '[]')
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
