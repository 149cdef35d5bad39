import { z } from 'zod';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import {
  activate,
  definitionSchema,
  cleaningRules,
  draftRule,
  storedRules,
  tryOut,
  unmappedWords,
} from '../../pipelines/cleaning/index.ts';
import {
  activatePriority,
  draftPriority,
  entriesSchema,
  priorities,
  retirePriority,
  tryPriority,
} from '../../pipelines/cleaning/priorities.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { audited } from '../audit.ts';
import {
  filterSchema,
  prioritiesSchema,
  priorityTrialSchema,
  readers,
  reason,
  ruleId,
  ruleSchema,
  shownPriority,
  shownRule,
  trialSchema,
  unmappedSchema,
  wordFilterSchema,
} from '../cleaning-shapes.ts';
import { COMMAND, operation } from './operation.ts';

type Doing = { user: string; reason: string; address?: string };

/** Who does it at the command line. */
const here = (why: string): Doing => ({ user: COMMAND, reason: why });

/** What the routes and the command line both do: the work, with its line in the audit log. */
export const cleaningWork = {
  draft: (platform: Platform, definition: z.output<typeof definitionSchema>, by: Doing, of?: number) =>
    audited(
      platform.store,
      {
        ...by,
        action: 'cleaning.draft',
        object: definition.dataset,
        detail: { kind: definition.action.kind },
      },
      async () => shownRule(await draftRule(platform, definition, by, of)),
    ),
  try: (platform: Platform, id: number, by: Doing, which?: z.output<typeof readers>) =>
    audited(platform.store, { ...by, action: 'cleaning.try', object: String(id) }, () =>
      tryOut(platform, id, by, which),
    ),
  activate: (platform: Platform, id: number, by: Doing) =>
    audited(platform.store, { ...by, action: 'cleaning.activate', object: String(id) }, async () =>
      shownRule(await activate(platform, id, by)),
    ),
  retire: (platform: Platform, id: number, by: Doing) =>
    audited(platform.store, { ...by, action: 'cleaning.retire', object: String(id) }, async () => {
      await cleaningRules.retire(platform.store, id, by);
      return shownRule(await cleaningRules.get(platform.store, id));
    }),
  draftPriority: (platform: Platform, entries: z.output<typeof entriesSchema>, by: Doing) =>
    audited(platform.store, { ...by, action: 'priority.draft' }, async () => ({
      version: await draftPriority(platform, entries, by),
    })),
  activatePriority: (platform: Platform, version: number, by: Doing) =>
    audited(platform.store, { ...by, action: 'priority.activate', object: String(version) }, () =>
      activatePriority(platform, version),
    ),
  retirePriority: (platform: Platform, by: Doing) =>
    audited(platform.store, { ...by, action: 'priority.retire' }, () => retirePriority(platform)),
};

export async function shownPriorities(platform: Platform): Promise<z.output<typeof prioritiesSchema>> {
  const { entries, versions } = await priorities(platform);
  return { entries, versions: versions.map(shownPriority) };
}

export const cleaningOperations = {
  'cleaning-list': operation({
    params: filterSchema,
    result: z.object({ rules: z.array(ruleSchema) }),
    run: async (platform, filter) => ({ rules: (await storedRules(platform.store, filter)).map(shownRule) }),
  }),
  'cleaning-draft': operation({
    params: z.object({ definition: definitionSchema, ruleId: ruleId.optional(), reason }),
    result: ruleSchema,
    run: (platform, { definition, ruleId: of, reason: why }) =>
      cleaningWork.draft(platform, definition, here(why), of),
  }),
  'cleaning-try': operation({
    params: z.object({ ruleId, readers: readers.default('base') }),
    result: trialSchema,
    run: (platform, { ruleId: id, readers: which }) => cleaningWork.try(platform, id, here('try-out'), which),
  }),
  'cleaning-activate': operation({
    params: z.object({ ruleId, reason }),
    result: ruleSchema,
    run: (platform, { ruleId: id, reason: why }) => cleaningWork.activate(platform, id, here(why)),
  }),
  'cleaning-retire': operation({
    params: z.object({ ruleId, reason }),
    result: ruleSchema,
    run: (platform, { ruleId: id, reason: why }) => cleaningWork.retire(platform, id, here(why)),
  }),
  'cleaning-unmapped': operation({
    params: wordFilterSchema,
    result: z.object({ words: z.array(unmappedSchema) }),
    run: async (platform, filter) => ({
      words: await unmappedWords(platform.warehouse, await contractsOf(platform.config), filter),
    }),
  }),
  'priority-list': operation({ params: z.object({}), result: prioritiesSchema, run: shownPriorities }),
  'priority-draft': operation({
    params: z.object({ entries: entriesSchema, reason }),
    result: z.object({ version: z.number() }),
    run: (platform, { entries, reason: why }) => cleaningWork.draftPriority(platform, entries, here(why)),
  }),
  'priority-try': operation({
    params: z.object({ version: ruleId }),
    result: priorityTrialSchema,
    run: (platform, { version }) => tryPriority(platform, version),
  }),
  'priority-activate': operation({
    params: z.object({ version: ruleId, reason }),
    result: prioritiesSchema,
    run: async (platform, { version, reason: why }) => {
      await cleaningWork.activatePriority(platform, version, here(why));
      return shownPriorities(platform);
    },
  }),
  'priority-retire': operation({
    params: z.object({ reason }),
    result: prioritiesSchema,
    run: async (platform, { reason: why }) => {
      await cleaningWork.retirePriority(platform, here(why));
      return shownPriorities(platform);
    },
  }),
} as const;
