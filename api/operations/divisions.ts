import { z } from 'zod';
import { loadDivisionList } from '../../pipelines/divisions/list.ts';
import { audited } from '../audit.ts';
import { reason } from '../cleaning-shapes.ts';
import { COMMAND, operation } from './operation.ts';

/** `anju divisions load FILE`: the list of divisions with their periods (GB/T 2260) the next run takes. */
export const divisionsLoad = operation({
  params: z.object({ csv: z.string().min(1).max(4_000_000), reason }),
  result: z.object({
    listId: z.number().int(),
    codes: z.number().int(),
    abolished: z.number().int(),
    withoutSuccessor: z.number().int(),
    complete: z.array(z.string()),
  }),
  run: ({ store }, { csv, reason: why }) =>
    audited(store, { user: COMMAND, action: 'divisions.load', object: 'division_list', reason: why }, () =>
      loadDivisionList(store, { csv, author: COMMAND, reason: why }),
    ),
});
