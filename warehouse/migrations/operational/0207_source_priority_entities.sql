-- Priorities are of dwellings, enterprises and households too: a try-out says what would change by entity. Entries of before have no
-- entity and are of persons.
UPDATE source_priority
SET trial = jsonb_build_object(
  'against', trial->'against',
  'entities', jsonb_build_array(jsonb_build_object(
    'entity', 'person',
    'objects', trial->'persons',
    'changes', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('attribute', one->'attribute', 'objects', one->'persons')), '[]'::jsonb)
      FROM jsonb_array_elements(trial->'changes') AS one
    )
  ))
)
WHERE trial ? 'persons';
