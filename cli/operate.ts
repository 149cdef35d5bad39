import { z } from 'zod';
import {
  type OperationName,
  type OperationParams,
  type OperationResult,
  operations,
  performOperation,
} from '../api/operations/index.ts';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import { type OnProgress, type ProgressEvent, progressPrinter } from '../pipelines/progress.ts';
import type { Config } from '../warehouse/config.ts';
import { type Owner, findOwner } from '../warehouse/owner-lock.ts';
import { openPlatform } from '../warehouse/platform.ts';

/** One line of the owner's answer: progress while it works, then a result or an error. */
const answerLine = z.union([
  z.object({ progress: z.custom<ProgressEvent>((value) => typeof value === 'object' && value !== null) }),
  z.object({ result: z.unknown() }),
  z.object({
    error: z.object({
      code: z.string(),
      detail: z.string(),
      where: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      fix: z.string().optional(),
    }),
  }),
]);

/**
 * Does an operation where the home is open: in the process that serves it when there is one, else here.
 * One process owns a home (DESIGN §1), so these are the only two ways.
 */
export async function operate<N extends OperationName>(
  config: Config,
  name: N,
  params: OperationParams<N>,
): Promise<OperationResult<N>> {
  const onProgress = progressPrinter(process.stderr);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const owner = await findOwner(config.home);
    if (owner?.url) return await askOwner(owner, name, params, onProgress, stop.signal);
    const platform = await openPlatform(config);
    try {
      const result = await performOperation(platform, name, params, { onProgress, signal: stop.signal });
      return result as OperationResult<N>;
    } finally {
      await platform.close();
    }
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

async function askOwner<N extends OperationName>(
  owner: Owner,
  name: N,
  params: OperationParams<N>,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<OperationResult<N>> {
  const response = await fetch(new URL(`/internal/${name}`, owner.url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${owner.token}`,
      'content-type': 'application/json',
      'x-anju-request': '1',
    },
    body: JSON.stringify(params),
    signal,
  });
  if (response.body === null)
    throw new AppError('bug', `The server answered ${name} with nothing.`, {
      where: { status: response.status },
    });
  for await (const line of lines(response.body)) {
    const answer = answerLine.parse(JSON.parse(line));
    if ('progress' in answer) onProgress(answer.progress);
    else if ('error' in answer)
      throw new AppError(answer.error.code as ErrorCode, answer.error.detail, {
        where: answer.error.where,
        fix: answer.error.fix,
      });
    else return operations[name].result.parse(answer.result) as OperationResult<N>;
  }
  throw new AppError('bug', `The server stopped while it worked on ${name}.`, {
    fix: 'Look at its log, then run the command again: it resumes.',
    retriable: true,
  });
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true });
    const parts = rest.split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part !== '') yield part;
  }
  if (rest !== '') yield rest;
}
