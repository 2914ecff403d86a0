-- The platform's tables in every service's database: who wrote what, once, and what it counted.
-- `norec_app` is the group of the services' app roles; it owns nothing.

create schema if not exists platform;

grant usage on schema platform to norec_app;

-- One row per write, never changed and never deleted: the audit trail and the history.
create table platform.journal (
    seq bigint generated always as identity primary key,
    recorded_at timestamptz not null,
    method text not null,
    subject text not null,
    kind text not null,
    version bigint not null check (version > 0),
    case_name text,
    duty text check (duty in ('prepare', 'decide', 'attest')),
    actor text not null,
    issuer text not null,
    request_id text,
    effective_on date,
    late_reason text,
    late_rule text,
    trace_id text not null,
    after bytea not null,
    unique (subject, version),
    check (duty is null or case_name is not null),
    check ((late_reason is null) = (late_rule is null))
);

create index journal_case on platform.journal (case_name, actor) where case_name is not null;
create index journal_time on platform.journal (recorded_at);
create index journal_late on platform.journal (seq) where late_reason is not null;

grant select, insert on platform.journal to norec_app;

create function platform.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;

create trigger journal_is_append_only before update or delete on platform.journal
    for each row execute function platform.refuse_change();

-- The first step of a case makes its row; every write of the case locks it first.
create table platform.cases (
    name text primary key
);

grant select, insert, update on platform.cases to norec_app;

-- What a request_id was used for. The answer is the journal entry's resource.
create table platform.requests (
    principal text not null,
    request_id text not null,
    method text not null,
    digest bytea not null,
    entry bigint references platform.journal,
    created_at timestamptz not null default clock_timestamp(),
    primary key (principal, request_id)
);

grant select, insert on platform.requests to norec_app;
grant update (entry) on platform.requests to norec_app;

-- Rules of the platform's own that change by date (late registration).
create table platform.rules (
    rule text not null,
    valid_from date not null,
    value text not null,
    source text not null,
    primary key (rule, valid_from)
);

grant select on platform.rules to norec_app;

-- The instruction asks for a trace that can be verified (§ 4.2); how many days a registration may lag
-- before it needs a reason is Norec's own internal rule.
insert into platform.rules (rule, valid_from, value, source) values
    ('late-registration', '1990-01-01', '7', 'Hovedinstruks § 4.2, internal control; design § 4');
