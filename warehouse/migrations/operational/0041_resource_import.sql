-- How far the business system's own cases have been copied into `resource`: the last landed batch that is in it.
create table resource_import (
  entity text primary key check (entity in ('application', 'contract', 'complaint')),
  last_batch_id bigint not null,
  rows bigint not null,
  imported_at timestamptz not null default now()
);
