-- Whom PORTAL acted for; null for all others.
alter table platform.journal add column acting_for text;

grant insert (acting_for) on platform.journal to norec_app;
