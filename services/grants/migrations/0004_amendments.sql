-- Drafts that nobody wanted, awards that come to nothing, and what is agreed to change.

alter table agreements
    drop constraint agreements_state_check,
    add constraint state_is_known
        check (state in ('draft', 'awarded', 'signed', 'closed', 'dropped', 'cancelled')),
    add column reservation_nn text not null default '',
    add column main_task int not null check (main_task between 1 and 3),
    add column amendments jsonb not null default '[]',
    add column cancelled_on date,
    add column end_reason text not null default '',
    add check ((state = 'cancelled') = (cancelled_on is not null));

grant update (title, recipient_name, organisation_number, scheme_edition, reservation_nn, main_task,
              amendments, cancelled_on, end_reason)
    on agreements to norec_app;

-- A release before could not create an agreement.
update platform.serves set oldest = 4 where migrations = 'public';
