-- Characters by threes too: pairs of a long word stand in many texts apart from each other, and each such text had to be compared
-- (ten million entries: two seconds for 枫林路73号). Smaller granules, for a page of answers reads one each. The next run fills it anew.
DROP TABLE IF EXISTS search.entry;

CREATE TABLE search.entry
(
    entity         LowCardinality(String),
    entry_key      String,
    newest_first   Int32,
    title          String,
    text           String,
    lookups        Array(String),
    division_codes Array(LowCardinality(String)),
    shown_title    String,
    shown_parts    Array(String),
    entry_hash     UInt128,
    INDEX title_grams arrayConcat(ngrams(title, 1), ngrams(title, 2)) TYPE text(tokenizer = 'array'),
    INDEX text_grams arrayConcat(ngrams(text, 2), ngrams(text, 3)) TYPE text(tokenizer = 'array'),
    INDEX lookup_hashes lookups TYPE text(tokenizer = 'array')
)
ENGINE = MergeTree
PARTITION BY entity
ORDER BY (newest_first, entry_key)
SETTINGS index_granularity = 1024;

TRUNCATE TABLE search.made;
