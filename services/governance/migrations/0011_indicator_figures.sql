-- The id of an edition's figures: the indicator's and its own, joined by a hyphen. Judged when the
-- edition is created, so that every cut-off can name its figure.

alter table indicators add column figure_id text;

update indicators set figure_id = split_part(name, '/', 2) || '-' || split_part(name, '/', 4);

alter table indicators
    alter column figure_id set not null,
    add unique (figure_id),
    add check (figure_id ~ '^[a-z0-9][a-z0-9-]{0,62}$');
