import { z } from 'zod';
import { type Endpoint, endpoint } from '../endpoint.ts';

const division = z.object({
  code: z.string(),
  name: z.string(),
  level: z.enum(['city', 'district', 'street', 'community']),
  parentCode: z.string(),
  tileX: z.number().int().nullable(),
  tileY: z.number().int().nullable(),
  population: z.number().int().nullable(),
});

/** The divisions with their places on the schematic map (A4-7). */
export const divisionEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/divisions',
    summary: 'Divisions and their tiles on the schematic map',
    tag: 'metrics',
    right: 'metrics:read',
    answer: z.object({ divisions: z.array(division) }),
    handler: async ({ platform }) => ({
      divisions: await platform.warehouse.rows(
        `SELECT division_code AS code, division_name AS name, level, parent_code AS parentCode, tile_x AS tileX, tile_y AS tileY, population
         FROM base.division ORDER BY division_code`,
        division,
        { lane: 'interactive', tag: 'divisions' },
      ),
    }),
  }),
];
