-- What a source measures is kept in editions: a figure is computed again, and opened, with the
-- definitions of its cut-off, whatever the source has come to say since.

alter table measures
    add column edition int not null default 1 check (edition > 0),
    drop constraint measures_pkey,
    add primary key (id, edition);
alter table measures alter column edition drop default;

revoke update on measures from norec_app;

create trigger measures_are_not_changed before update or delete on measures
    for each row execute function platform.refuse_change();

-- The editions that a cut-off's figures were computed with.
create table cutoff_measures (
    cutoff text not null references cutoffs,
    measure text not null,
    edition int not null,
    primary key (cutoff, measure),
    foreign key (measure, edition) references measures
);

insert into cutoff_measures (cutoff, measure, edition)
select c.name, m.id, m.edition from cutoffs c, measures m where c.state = 'closed';

grant select, insert on cutoff_measures to norec_app;

create trigger cutoff_measures_are_not_changed before update or delete on cutoff_measures
    for each row execute function platform.refuse_change();
