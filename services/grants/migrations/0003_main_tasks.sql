-- Which main task an edition serves, and what was studied before money goes to a new purpose.

do $$ begin
    if exists (select from scheme_editions) then
        raise exception 'This database holds scheme editions of a release that did not know main tasks. Keep '
            'it for that release, and begin with an empty one.';
    end if;
end $$;

alter table scheme_editions
    add column main_task int not null check (main_task between 1 and 3),
    add column new_purpose boolean not null,
    add column six_answers jsonb,
    add column no_study_judgement jsonb,
    add check (not new_purpose or num_nonnulls(six_answers, no_study_judgement) > 0),
    add check (num_nonnulls(six_answers, no_study_judgement) < 2);
