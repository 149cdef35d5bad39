import { z } from 'zod';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { inScope } from '../scope.ts';

const violation = z.object({
  violationId: z.string(),
  rule: z.string(),
  ruleZh: z.string(),
  level: z.enum(['high', 'medium', 'low']),
  place: z.string(),
  districtCode: z.string(),
  streetCode: z.string(),
  since: z.string(),
  summaryZh: z.string(),
});
const code = z.string().regex(/^\d{6,12}$/);

/** The newest findings of the supervision rules, for the ticker (S08); nothing personal in them. */
export const violationEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/violations',
    summary: 'Findings of the supervision rules, newest first',
    tag: 'metrics',
    right: 'metrics:read',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(200).default(20),
      district: code.optional(),
      street: code.optional(),
      rule: z.string().max(64).optional(),
    }),
    answer: z.object({ total: z.number().int(), rows: z.array(violation) }),
    handler: async ({ platform, identity, query }) => {
      const scope = inScope(identity);
      const conditions = [scope.sql];
      if (query.district !== undefined) conditions.push('district_code = {district:String}');
      if (query.street !== undefined) conditions.push('street_code = {street:String}');
      if (query.rule !== undefined) conditions.push('rule = {rule:String}');
      const from = `FROM mart_supervision.violation WHERE ${conditions.join(' AND ')}`;
      const options = {
        lane: 'interactive' as const,
        params: { ...query, ...scope.params },
        tag: 'violations',
      };
      const [total, rows] = await Promise.all([
        platform.warehouse.value(`SELECT toUInt32(count()) ${from}`, z.number().int(), options),
        platform.warehouse.rows(
          `SELECT violation_id AS violationId, rule, rule_zh AS ruleZh, level, concat(district_name, street_name) AS place, district_code AS districtCode,
                  street_code AS streetCode, toString(since) AS since, summary_zh AS summaryZh
           ${from} ORDER BY mart_supervision.violation.since DESC, violation_id LIMIT {limit:UInt32}`,
          violation,
          options,
        ),
      ]);
      return { total, rows };
    },
  }),
];
