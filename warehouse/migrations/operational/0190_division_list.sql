-- Lists of divisions with their periods (GB/T 2260) the office has loaded, over the provinces the product knows; the newest holds.
CREATE TABLE division_list (
  list_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- code, name, validFrom, validTo, successor: domain/division-periods.ts.
  periods   jsonb NOT NULL,
  author    text NOT NULL,
  reason    text NOT NULL,
  loaded_at timestamptz(3) NOT NULL DEFAULT now()
);
