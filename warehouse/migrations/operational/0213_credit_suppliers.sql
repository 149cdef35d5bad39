-- Suppliers stand on black lists too (002:2227): listed they can neither sign in to the ecology platform nor publish.
ALTER TABLE credit_blacklist DROP CONSTRAINT credit_blacklist_party_kind_check;
ALTER TABLE credit_blacklist ADD CONSTRAINT credit_blacklist_party_kind_check CHECK (party_kind IN ('tenant', 'enterprise', 'supplier'));
