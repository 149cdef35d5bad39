-- Who may sign in, their sessions, and the audit log. Passwords and tokens are stored as hashes only.
create table app_user (
  user_name text primary key check (user_name ~ '^[a-z][a-z0-9._-]{1,63}$'),
  display_name text not null,
  role text not null check (role in ('leader', 'analyst', 'staff', 'auditor', 'administrator')),
  -- Division a person is confined to; empty for the whole city.
  scope_division text not null default '',
  password_hash text not null,
  password_changed_at timestamptz not null default now(),
  failed_attempts integer not null default 0,
  locked_until timestamptz,
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);

create table app_session (
  token_hash text primary key,
  user_name text not null references app_user (user_name) on delete cascade,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index app_session_user on app_session (user_name);

-- Append only: nothing in the program updates or deletes here.
create table audit_log (
  audit_id bigserial primary key,
  at timestamptz not null default now(),
  user_name text not null,
  action text not null,
  object text not null default '',
  reason text not null default '',
  outcome text not null default 'ok',
  address text not null default '',
  detail jsonb not null default '{}'
);
create index audit_log_at on audit_log (at);
create index audit_log_user on audit_log (user_name, at);
