-- Retention (保存期限): what may be thrown away once it is old enough. Nothing goes by a setting: one person proposes a rule, another
-- lets it in, and a hold stops it.
create table retention_rule (
  rule_id bigint generated always as identity primary key,
  -- `devices.device_reading`: what the rule is about.
  dataset text not null,
  keep_days integer not null check (keep_days > 0),
  -- The aggregate that must hold everything before it may go.
  grain text not null,
  reason text not null,
  state text not null default 'proposed' check (state in ('proposed', 'approved', 'rejected', 'retired')),
  proposed_by text not null,
  proposed_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  decided_reason text,
  check ((state = 'proposed') = (decided_by is null)),
  -- Four eyes.
  check (state not in ('approved', 'retired') or decided_by <> proposed_by)
);
create unique index retention_rule_in_force on retention_rule (dataset) where state = 'approved';

-- Somebody needs it: an inspection, a lawsuit, a withdrawal that is being looked into.
create table retention_hold (
  hold_id bigint generated always as identity primary key,
  dataset text not null,
  -- Inclusive; null is open.
  first_day date,
  last_day date,
  reason text not null,
  placed_by text not null,
  placed_at timestamptz not null default now(),
  released_by text,
  released_at timestamptz,
  released_reason text,
  check (first_day <= last_day),
  check ((released_by is null) = (released_at is null))
);

-- What went, and the signed statement that it stands in the aggregates. Entered before it goes.
create table retention_drop (
  object_key text primary key,
  rule_id bigint not null references retention_rule,
  dataset text not null,
  partition_id text not null,
  rows_dropped bigint not null,
  dropped_at timestamptz
);
