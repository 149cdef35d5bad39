import { z } from 'zod';
import { signedCertificateSchema } from '../../ingestion/certificate/document.ts';
import { certificateOf } from '../../ingestion/certificate/issue.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';

/** Arrival certificates (到达凭证). */
export const certificateEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/deliveries/:id/certificate',
    summary: 'The signed arrival certificate of a delivery; `anju verify` checks it offline',
    tag: 'runs',
    right: 'runs:read',
    params: z.object({ id: z.string().max(64) }),
    answer: signedCertificateSchema,
    handler: ({ platform, params }) => certificateOf(platform, params.id),
  }),
];
