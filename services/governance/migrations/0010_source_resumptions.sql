-- Why, by whom and when a stopped source was last followed again.

alter table sources
    add column resume_reason text not null default '',
    add column resumed_by text not null default '',
    add column resumed_at timestamptz;

grant update (resume_reason, resumed_by, resumed_at) on sources to norec_app;
