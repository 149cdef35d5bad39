-- Staff of streets, enterprises, property managers and the centre report breaches by tenants (002:2655, 002:2907): one more entity they edit.
ALTER TABLE resource DROP CONSTRAINT resource_entity_check;
ALTER TABLE resource ADD CONSTRAINT resource_entity_check CHECK (entity IN ('application', 'contract', 'complaint', 'breach_report'));
ALTER TABLE resource_import DROP CONSTRAINT resource_import_entity_check;
ALTER TABLE resource_import ADD CONSTRAINT resource_import_entity_check CHECK (entity IN ('application', 'contract', 'complaint', 'breach_report'));
