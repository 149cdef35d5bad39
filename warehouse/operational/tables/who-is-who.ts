import type { ColumnType, Generated } from 'kysely';
import type { Json } from './ledger.ts';

type Instant = ColumnType<Date, Date | string | undefined, Date | string>;

/** What one comparison added to a weight, in log2 of the odds; levels and names only, never a value. */
export interface EvidenceLine {
  comparison: string;
  level: string;
  weight: number;
}

export const identityEntities = ['person', 'dwelling', 'enterprise', 'household'] as const;
export type IdentityEntity = (typeof identityEntities)[number];
type EntityColumn = ColumnType<IdentityEntity, IdentityEntity | undefined, never>;

export interface IdentityDecisionTable {
  decision_id: Generated<number>;
  entity: EntityColumn;
  a: string;
  b: string;
  verdict: 'same' | 'different';
  author: string;
  reason: string;
  decided_at: Instant;
  undone_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  undone_by: ColumnType<string | null, string | null | undefined, string | null>;
  undo_reason: ColumnType<string | null, string | null | undefined, string | null>;
}

export interface IdentityCrosswalkTable {
  record_key: string;
  entity_id: string;
  how: 'linked' | 'decided';
  weight: number;
  evidence: Json<EvidenceLine[]>;
  linked_at: Instant;
}

export interface IdentityEventTable {
  event_id: Generated<number>;
  entity: EntityColumn;
  kind: 'linked' | 'merge' | 'split' | 'unlinked';
  from_id: string;
  to_id: string;
  records: Json<string[]>;
  evidence: Json<EvidenceLine[]>;
  author: string;
  happened_at: Instant;
}

export interface IdentityReviewTable {
  a: string;
  b: string;
  weight: number;
  evidence: Json<EvidenceLine[]>;
  first_seen: Instant;
}

export interface IdentityLaterTable {
  entity: IdentityEntity;
  a: string;
  b: string;
  author: string;
  note: string;
  put_off_at: Instant;
}

export interface AddressAliasTable {
  alias_id: Generated<number>;
  said_district: string;
  said_compound: string;
  said_building: string;
  means_district: string;
  means_compound: string;
  means_building: string;
  decision_id: number | null;
  author: string;
  reason: string;
  decided_at: Instant;
  undone_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  undone_by: ColumnType<string | null, string | null | undefined, string | null>;
  undo_reason: ColumnType<string | null, string | null | undefined, string | null>;
}

export interface WhoIsWhoTables {
  identity_later: IdentityLaterTable;
  address_alias: AddressAliasTable;
  identity_decision: IdentityDecisionTable;
  identity_crosswalk: IdentityCrosswalkTable;
  identity_event: IdentityEventTable;
  identity_review: IdentityReviewTable;
}
