-- A figure has no digest over the facts that it counts any more: its cut-off's marks have one over every
-- fact, and its evidence one over the whole figure. Those that have it keep it, for it is in their evidence.

alter table figures alter column digest set default '';
