-- The least a data set must score before what follows from it is built (质量门): set by staff, in place of the default that warns.
CREATE TABLE quality_gate (
  dataset    text NOT NULL,
  -- '' is the score over all dimensions.
  dimension  text NOT NULL,
  minimum    numeric(5, 4) NOT NULL CHECK (minimum BETWEEN 0 AND 1),
  action     text NOT NULL CHECK (action IN ('warn', 'block')),
  reason     text NOT NULL CHECK (reason <> ''),
  version    integer NOT NULL DEFAULT 1 CHECK (version > 0),
  changed_by text NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (dataset, dimension)
);

-- What a run held against its gates: every data set under one.
CREATE TABLE quality_gate_result (
  run_id     text NOT NULL REFERENCES run,
  dataset    text NOT NULL,
  dimension  text NOT NULL,
  -- Business date of the deliveries judged.
  day        date NOT NULL,
  good       bigint NOT NULL,
  total      bigint NOT NULL,
  score      numeric(7, 6) NOT NULL,
  minimum    numeric(5, 4) NOT NULL,
  action     text NOT NULL CHECK (action IN ('warn', 'block')),
  PRIMARY KEY (run_id, dataset, dimension)
);
