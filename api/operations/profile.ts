import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { contractsOf, saveContract } from '../../ingestion/contracts/home.ts';
import { deliverySchema } from '../../ingestion/contract.ts';
import {
  draftContract,
  OPEN_POINTS,
  profile as profileOf,
  proposedName,
} from '../../ingestion/profile/index.ts';
import { operation } from './operation.ts';

const column = z.object({
  source: z.string(),
  name: z.string(),
  element: z.string(),
  codes: z.string().optional(),
  unit: z.string().optional(),
  calendar: z.string().optional(),
  passing: z.number(),
  by: z.string(),
  type: z.string(),
  nulls: z.number(),
  distinct: z.number(),
  isDistinctExact: z.boolean(),
  least: z.string(),
  greatest: z.string(),
  longest: z.number(),
  examples: z.array(z.string()),
  isPersonal: z.boolean(),
});
const name = z.string().max(48);

/** `anju profile`: what a file nobody has seen holds; with `write`, a draft contract to land it under. */
export const profile = operation({
  params: z.object({
    path: z.string().refine(path.isAbsolute, 'must be absolute'),
    write: z.boolean().default(false),
    source: name.optional(),
    dataset: name.optional(),
    /** Of an archive: which of its files, `*` standing for anything. */
    entries: z.string().min(1).max(200).optional(),
  }),
  result: z.object({
    fileName: z.string(),
    bytes: z.number(),
    encoding: z.string(),
    delivery: deliverySchema,
    rows: z.number(),
    unreadable: z.number(),
    columns: z.array(column),
    keys: z.array(z.object({ columns: z.array(z.string()), share: z.number() })),
    sampledRows: z.number(),
    notes: z.array(z.string()),
    seconds: z.number(),
    /** The contract proposed, and what of it a person has to fill in. */
    draft: z.object({ contract: z.unknown(), openPoints: z.array(z.string()) }).nullable(),
    /** `source.dataset` of the draft written. */
    written: z.string().nullable(),
  }),
  run: async (platform, params) => {
    if (!(await lstat(params.path)).isFile())
      throw new AppError('bad_request', 'Only a file can be profiled.', { where: { path: params.path } });
    const found = await profileOf(platform, params.path, params.entries);
    const id = {
      source: params.source ?? 'unregistered',
      dataset: params.dataset ?? proposedName(found.fileName),
    };
    const contract = found.rows > found.unreadable ? draftContract(found, id) : null;
    if (params.write) {
      if (!contract) throw new AppError('bad_request', 'The file has no row to make a contract from.');
      const known = (await contractsOf(platform.config)).find(`${id.source}.${id.dataset}`);
      if (known?.state === 'agreed')
        throw new AppError('conflict', `The contract ${id.source}.${id.dataset} is agreed already.`, {
          fix: 'Name another data set with --source and --dataset.',
        });
      // A better draft of a table that is held does not let it in.
      const held =
        known?.state === 'held' ? { state: known.state, owner: known.owner, drift: known.drift } : {};
      await saveContract(platform.config, { ...contract, ...held });
    }
    return {
      ...found,
      draft: contract && { contract, openPoints: [...OPEN_POINTS] },
      written: params.write ? `${id.source}.${id.dataset}` : null,
    };
  },
});
