-- Whether a contract says of the column by name what its drift does, in place of what it says of all.
ALTER TABLE drift_report ADD COLUMN is_named boolean NOT NULL DEFAULT false;
