-- What an entry of the catalog is made of, and the data element a column holds. The next run writes the entries anew, for their hash differs.
ALTER TABLE meta.catalog_entry ADD COLUMN IF NOT EXISTS datasets Array(LowCardinality(String)) AFTER explanation;

ALTER TABLE meta.catalog_entry ADD COLUMN IF NOT EXISTS element LowCardinality(String) AFTER datasets;

ALTER TABLE meta.catalog_entry ADD COLUMN IF NOT EXISTS term LowCardinality(String) AFTER element;
