import type { DeviceTables } from './tables/devices.ts';
import type { RetentionTables } from './tables/retention.ts';
import type { AlertTables } from './tables/alerts.ts';
import type { CleaningTables } from './tables/cleaning.ts';
import type { CertificateTables } from './tables/certificates.ts';
import type { CollectionTables } from './tables/collection.ts';
import type { DriftTables } from './tables/drift.ts';
import type { CreditTables } from './tables/credit.ts';
import type { EligibilityTables } from './tables/eligibility.ts';
import type { ExchangeTables } from './tables/exchange.ts';
import type { IdentityTables } from './tables/identity.ts';
import type { LedgerTables } from './tables/ledger.ts';
import type { QueueTables } from './tables/queue.ts';
import type { DivisionListTables } from './tables/division-list.ts';
import type { MetricGoalTables } from './tables/metric-goals.ts';
import type { QualityTables } from './tables/quality.ts';
import type { QuarantineTables } from './tables/quarantine.ts';
import type { ResourceTables } from './tables/resources.ts';
import type { RunTables } from './tables/runs.ts';
import type { StaffRuleTables } from './tables/staff-rules.ts';
import type { SupervisionLetterTables } from './tables/supervision-letters.ts';
import type { TagTables } from './tables/tags.ts';
import type { WhoIsWhoTables } from './tables/who-is-who.ts';

/**
 * The operational store's tables as Kysely sees them. An area adds `tables/<area>.ts` with its interface and a numbered
 * migration, and joins the list here.
 *
 * Types as they are read: bigint → number (beyond 2^53 is an error), numeric → text, date → 'YYYY-MM-DD',
 * timestamptz → Date, jsonb → parsed. jsonb is written as `JSON.stringify(value)`.
 */
export interface Database
  extends
    LedgerTables,
    AlertTables,
    RunTables,
    ResourceTables,
    IdentityTables,
    CreditTables,
    EligibilityTables,
    ExchangeTables,
    QueueTables,
    DeviceTables,
    DriftTables,
    CertificateTables,
    CleaningTables,
    QuarantineTables,
    DivisionListTables,
    MetricGoalTables,
    QualityTables,
    RetentionTables,
    StaffRuleTables,
    SupervisionLetterTables,
    TagTables,
    WhoIsWhoTables,
    CollectionTables {}
