-- A delivery that a connector fetched: how it is to be read, and how far its source is read once it is committed. The position
-- moves in the transaction that commits the batch, so that nothing is fetched twice and nothing left out, whatever is killed.
ALTER TABLE delivery ADD COLUMN shape jsonb;
ALTER TABLE delivery ADD COLUMN load_as text NOT NULL DEFAULT 'contract' CHECK (load_as IN ('contract', 'snapshot', 'changes'));
ALTER TABLE delivery ADD COLUMN task_id text;
ALTER TABLE delivery ADD COLUMN position_after jsonb;
CREATE INDEX delivery_by_task ON delivery (task_id, received_at) WHERE task_id IS NOT NULL;

-- How far each collection task has read its source, in the connector's own words: an LSN, a page, the names already taken.
CREATE TABLE collection_position (
  task_id    text PRIMARY KEY,
  position   jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
