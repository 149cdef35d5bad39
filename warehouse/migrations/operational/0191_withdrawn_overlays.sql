-- What was mended and accepted of a batch's quarantine leaves with the batch (docs/decisions/0006-withdrawal.md).
ALTER TABLE withdrawal ADD COLUMN overlays bigint[] NOT NULL DEFAULT '{}';
