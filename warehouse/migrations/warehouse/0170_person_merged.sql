-- People known by a number whom somebody decided to be one (pipelines/linkage/persons/step.ts): the id left and the id kept, so that
-- what only knows a number finds the person too. One row a number merged away.
CREATE TABLE IF NOT EXISTS linkage.person_merged
(
    left_id String,
    kept_id String
)
ENGINE = MergeTree
ORDER BY left_id;
