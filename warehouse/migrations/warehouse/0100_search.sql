-- The full-text index (全文检索; pipelines/search): what is searched for and how it is shown, one row an entry. No identity or telephone
-- number stands here in clear: `lookups` holds keyed hashes. Not a layer of the models: it can be dropped and is filled anew.
CREATE DATABASE IF NOT EXISTS search;

CREATE TABLE IF NOT EXISTS search.entry
(
    entity         LowCardinality(String),
    entry_key      String,
    -- Days since 1970, negative: the newest come first in the order of the table.
    newest_first   Int32,
    -- Normal form between U+0002 and U+0003, so that a beginning is two characters like any other.
    title          String,
    -- Normal forms of everything searched, title included, parted by blanks.
    text           String,
    lookups        Array(String),
    -- Districts, streets and communities it belongs to.
    division_codes Array(LowCardinality(String)),
    shown_title    String,
    -- Masked, in the order of the entity's parts.
    shown_parts    Array(String),
    entry_hash     UInt128,
    INDEX title_grams arrayConcat(ngrams(title, 1), ngrams(title, 2)) TYPE text(tokenizer = 'array'),
    INDEX text_grams text TYPE text(tokenizer = ngrams(2)),
    INDEX lookup_hashes lookups TYPE text(tokenizer = 'array')
)
ENGINE = MergeTree
PARTITION BY entity
ORDER BY (newest_first, entry_key);

-- What each entity's entries were made from; the newest row counts.
CREATE TABLE IF NOT EXISTS search.made
(
    entity      LowCardinality(String),
    fingerprint String,
    entries     UInt64,
    made_at     DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(made_at)
ORDER BY entity;
