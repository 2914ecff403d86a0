-- How far each follower has come on its way to a mark, and what keeps a cut-off from closing once
-- they are all there. A mark itself is still never changed.

alter table cutoffs add column error text not null default '';

grant update (error) on cutoffs to norec_app;

drop trigger cutoff_marks_are_not_changed on cutoff_marks;

alter table cutoff_marks add column progress text not null default 'waiting'
    check (progress in ('waiting', 'reached', 'mismatch'));

update cutoff_marks set progress = 'reached'
  from cutoffs
 where cutoffs.name = cutoff_marks.cutoff and cutoffs.state = 'closed';

grant update (progress) on cutoff_marks to norec_app;

create trigger cutoff_marks_are_not_changed
    before update of cutoff, source, number, digest, incomplete or delete on cutoff_marks
    for each row execute function platform.refuse_change();
