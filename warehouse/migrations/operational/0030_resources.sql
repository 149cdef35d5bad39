-- What staff edit: applications, contracts, complaints. One row an entity as it stands, and every version it ever had.
create table resource (
  entity text not null check (entity in ('application', 'contract', 'complaint')),
  key text not null,
  version integer not null check (version > 0),
  -- Standard field names of the entity's contract, canonical text values.
  record jsonb not null,
  state text not null default '',
  person_name text not null default '',
  division text not null default '',
  is_deleted boolean not null default false,
  updated_at timestamptz not null default now(),
  updated_by text not null,
  primary key (entity, key)
);
create index resource_list on resource (entity, state, key) where not is_deleted;
create index resource_name on resource (entity, person_name) where not is_deleted;

-- Append only. At once the history of an entity and the change log the pipeline reads as the source `anju`, in order of change_no.
create table resource_change (
  change_no bigint generated always as identity primary key,
  entity text not null,
  key text not null,
  version integer not null,
  operation text not null check (operation in ('I', 'U', 'D')),
  -- `import`: copied from the base layer at the first start, which knows it already; the pipeline reads only `staff`.
  origin text not null check (origin in ('import', 'staff')),
  record jsonb not null,
  changed_at timestamptz not null default now(),
  changed_by text not null,
  reason text not null default '',
  unique (entity, key, version)
);
create index resource_change_staff on resource_change (entity, change_no) where origin = 'staff';
