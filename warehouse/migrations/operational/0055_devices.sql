-- Devices and their thing models (catalog data.md E.3): what may speak to us, as what, and how far its log is loaded.
create table device_product (
  product text primary key check (product ~ '^[a-z][a-z0-9-]{1,39}$'),
  -- The thing model that counts; null until the first publication.
  published jsonb,
  version integer not null default 0,
  published_at timestamptz,
  -- A change that is being prepared (002:6949: takes effect only after publishing).
  draft jsonb,
  updated_at timestamptz not null default now(),
  updated_by text not null,
  check ((published is null) = (version = 0))
);

create table device (
  device_id text primary key check (device_id ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'),
  product text not null references device_product,
  name text not null default '',
  house_code text not null default '',
  place text not null default '',
  division_code text not null default '',
  protocol text not null check (protocol in ('mqtt', 'http', 'gateway')),
  -- The gateway that speaks for it.
  gateway_id text references device,
  -- 表号: by which the register of dwellings knows a meter.
  meter_no text not null default '',
  maker text not null default '',
  model text not null default '',
  installed_on date,
  -- sha256 of a random 256-bit token: nothing to guess, so nothing a slow hash would protect.
  token_hash text,
  state text not null default 'enabled' check (state in ('enabled', 'disabled', 'retired')),
  last_seen_at timestamptz,
  is_online boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  updated_by text not null,
  check (gateway_id is null or gateway_id <> device_id)
);
create index device_by_product on device (product, device_id);
create index device_by_house on device (house_code) where house_code <> '';
create index device_by_gateway on device (gateway_id) where gateway_id is not null;

-- A meter replaced by another: the last register of the one, the first of the other.
create table device_exchange (
  old_device_id text not null references device,
  new_device_id text not null references device,
  exchanged_at timestamptz not null,
  final_reading numeric(18, 6) not null,
  initial_reading numeric(18, 6) not null,
  reason text not null default '',
  recorded_at timestamptz not null default now(),
  recorded_by text not null,
  primary key (old_device_id),
  unique (new_device_id),
  check (old_device_id <> new_device_id)
);

-- Segments of the log that are in the warehouse; landed = loaded + duplicates + refused.
create table device_segment (
  segment bigint primary key,
  messages bigint not null,
  landed bigint not null,
  loaded bigint not null,
  duplicates bigint not null,
  refused bigint not null,
  events bigint not null,
  -- Quarters of an hour (seconds since 1970) whose readings it changed; emptied when the aggregates know them.
  quarters jsonb not null,
  loaded_at timestamptz not null default now(),
  check (landed = loaded + duplicates + refused)
);
create index device_segment_to_roll_up on device_segment (segment) where quarters <> '[]'::jsonb;
