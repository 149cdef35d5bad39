-- Days without news beyond the limit of the agency's resource catalogue, beside those beyond the contract's; written anew by each run.
ALTER TABLE meta.catalog_lateness ADD COLUMN IF NOT EXISTS catalogue_days_late UInt32;
