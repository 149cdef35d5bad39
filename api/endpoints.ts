import path from 'node:path';
import { type ShippedAlerts, shippedAlerts } from '../pipelines/alerts/staff.ts';
import { type ShippedCredit, shippedCredit } from '../pipelines/credit/staff.ts';
import type { Metric } from '../pipelines/metrics/definition.ts';
import { loadMetrics } from '../pipelines/metrics/definition.ts';
import { MODELS_DIRECTORY } from '../pipelines/runner.ts';
import { type ShippedTags, shippedWith } from '../pipelines/tags/staff.ts';
import type { Platform } from '../warehouse/platform.ts';
import type { Endpoint } from './endpoint.ts';
import { auditEndpoints } from './routes/audit.ts';
import { catalogEndpoints } from './routes/catalog.ts';
import { certificateEndpoints } from './routes/certificates.ts';
import { alertAbsenceEndpoints } from './routes/alert-absences.ts';
import { alertRuleEndpoints } from './routes/alert-rules.ts';
import { alertEndpoints } from './routes/alerts.ts';
import { cleaningEndpoints } from './routes/cleaning.ts';
import { deviceEndpoints } from './routes/devices.ts';
import { collectionEndpoints } from './routes/collection.ts';
import { lookupEndpoints } from './routes/collection-lookups.ts';
import { collectionStatisticsEndpoints } from './routes/collection-statistics.ts';
import { divisionEndpoints } from './routes/divisions.ts';
import { driftEndpoints } from './routes/drift.ts';
import { lineageEndpoints } from './routes/lineage.ts';
import { creditIndicatorEndpoints } from './routes/credit-indicators.ts';
import { creditEndpoints } from './routes/credit.ts';
import { eligibilityEndpoints } from './routes/eligibility.ts';
import { eligibilityRuleEndpoints } from './routes/eligibility-rules.ts';
import { exchangeEndpoints } from './routes/exchange.ts';
import { flowStatisticsEndpoints } from './routes/flow-statistics.ts';
import { historyEndpoints } from './routes/history.ts';
import { healthEndpoints } from './routes/health.ts';
import { identityEndpoints } from './routes/identity.ts';
import { identityQueueEndpoints } from './routes/identity-queue.ts';
import { metricGoalEndpoints } from './routes/metric-goals.ts';
import { metricEndpoints } from './routes/metrics.ts';
import { intervalEndpoints } from './routes/quality-intervals.ts';
import { qualityLetterEndpoints } from './routes/quality-letters.ts';
import { qualityEndpoints } from './routes/quality.ts';
import { quarantineEndpoints } from './routes/quarantine.ts';
import { resourceEndpoints } from './routes/resources.ts';
import { runEndpoints } from './routes/runs.ts';
import { searchEndpoints } from './routes/search.ts';
import { sessionEndpoints } from './routes/session.ts';
import { sqlEndpoints } from './routes/sql.ts';
import { supervisionLetterEndpoints } from './routes/supervision-letters.ts';
import { tagEndpoints } from './routes/tags.ts';
import { userEndpoints } from './routes/users.ts';
import { retentionEndpoints } from './routes/retention.ts';
import { withdrawalEndpoints } from './routes/withdrawals.ts';
import { violationEndpoints } from './routes/violations.ts';
import { type Standing, standingOf } from './standing.ts';

/** What a serving process has once. */
export interface Services {
  metrics: Metric[];
  alerts: ShippedAlerts;
  credit: ShippedCredit;
  tags: ShippedTags;
  standing: () => Promise<Standing>;
}

export const createServices = async (platform: Platform): Promise<Services> => ({
  metrics: await loadMetrics(path.join(MODELS_DIRECTORY, 'metrics')),
  alerts: await shippedAlerts(MODELS_DIRECTORY),
  credit: await shippedCredit(MODELS_DIRECTORY),
  tags: await shippedWith(MODELS_DIRECTORY),
  standing: standingOf(platform.store),
});

/** Every endpoint, in the order of the API page. */
export const endpointsOf = ({ metrics, alerts, credit, standing, tags }: Services): Endpoint[] => [
  ...sessionEndpoints(),
  ...metricEndpoints(metrics, standing),
  ...metricGoalEndpoints(metrics),
  ...divisionEndpoints,
  ...violationEndpoints,
  ...runEndpoints,
  ...certificateEndpoints,
  ...quarantineEndpoints,
  ...qualityEndpoints,
  ...intervalEndpoints,
  ...qualityLetterEndpoints,
  ...identityEndpoints,
  ...identityQueueEndpoints,
  ...withdrawalEndpoints,
  ...retentionEndpoints,
  ...historyEndpoints,
  ...alertRuleEndpoints(alerts),
  ...alertAbsenceEndpoints,
  ...supervisionLetterEndpoints,
  ...alertEndpoints,
  ...eligibilityEndpoints,
  ...eligibilityRuleEndpoints,
  ...creditIndicatorEndpoints(credit),
  ...creditEndpoints,
  ...cleaningEndpoints,
  ...driftEndpoints,
  ...lineageEndpoints,
  ...searchEndpoints,
  ...tagEndpoints(tags),
  ...catalogEndpoints,
  ...sqlEndpoints,
  ...resourceEndpoints,
  ...exchangeEndpoints,
  ...flowStatisticsEndpoints,
  ...deviceEndpoints,
  ...collectionEndpoints,
  ...collectionStatisticsEndpoints,
  ...lookupEndpoints,
  ...userEndpoints,
  ...auditEndpoints,
  ...healthEndpoints,
];
