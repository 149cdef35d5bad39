-- Which fields of the standard tables a column holds, with their codes: somebody who knows SQBH finds its column.
ALTER TABLE meta.catalog_entry ADD COLUMN IF NOT EXISTS standard_fields Array(String) AFTER term;
