-- What is agreed to change, and what came to nothing.

alter table pledges
    drop constraint pledges_state_check,
    add check (state in ('draft', 'awarded', 'closed', 'dropped', 'cancelled')),
    add column reservation_nn text not null default '',
    add column theme text not null default '',
    add column partners text[] not null default '{}',
    add column amendments jsonb not null default '[]',
    add column cancelled_on date,
    add column waiting_correction jsonb;

grant update (parts, replaces, theme, partners, reservation_nn, amendments, cancelled_on,
              waiting_correction)
    on pledges to norec_app;
