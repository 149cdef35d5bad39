-- Packages sent to and taken from other instances, and the receipts between them (DESIGN §5).
create table export_package (
  -- sha256 of the manifest's bytes: the manifest holds the hash of everything else.
  package_id text primary key check (package_id ~ '^[0-9a-f]{64}$'),
  name text not null,
  -- Instance it is addressed to; empty where the receiver's key was not known. Each receiver has its own series of numbers.
  receiver text not null default '',
  sequence bigint not null check (sequence > 0),
  -- The package before it in its series; a chain, so that nothing can be left out unseen.
  previous text references export_package,
  as_of date,
  rows bigint not null check (rows >= 0),
  content_hash text not null,
  file_name text not null unique,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bigint not null check (bytes > 0),
  state text not null default 'made' check (state in ('made', 'received')),
  created_at timestamptz not null,
  received_at timestamptz,
  unique (name, receiver, sequence),
  check ((state = 'received') = (received_at is not null))
);

create table import_package (
  package_id text primary key check (package_id ~ '^[0-9a-f]{64}$'),
  sender text not null,
  name text not null,
  receiver text not null,
  sequence bigint not null check (sequence > 0),
  as_of date,
  rows bigint not null check (rows >= 0),
  content_hash text not null,
  -- `loading`: its number is taken, its rows may not be there yet; importing the same package again finishes it.
  state text not null check (state in ('loading', 'loaded')),
  started_at timestamptz not null default now(),
  loaded_at timestamptz,
  unique (sender, name, receiver, sequence),
  check ((state = 'loaded') = (loaded_at is not null))
);

create table receipt (
  package_id text not null,
  -- `given`: by us for a package taken; `taken`: from the receiver of a package sent.
  direction text not null check (direction in ('given', 'taken')),
  -- The exact bytes that were signed.
  document text not null,
  signature text not null,
  recorded_at timestamptz not null default now(),
  primary key (package_id, direction)
);
