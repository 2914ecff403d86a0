-- The wording is a rule now, whose editions the platform keeps.
drop table spending.reservations;

-- Releases before this one read it at an award.
update platform.serves set oldest = 11 where migrations = 'spending';
