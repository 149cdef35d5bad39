import type { z } from 'zod';
import type { OnProgress } from '../../pipelines/progress.ts';
import type { Platform } from '../../warehouse/platform.ts';

/** Who the audit log names: the command has no signed-in person; who may run it owns the home. */
export const COMMAND = 'anju';

export interface OperationContext {
  onProgress: OnProgress;
  signal: AbortSignal;
}

/** Something the command line and the owner's `/internal` address both do; the schemas stand at the border between them. */
export interface Operation<P extends z.ZodType, R extends z.ZodType> {
  params: P;
  result: R;
  run(platform: Platform, params: z.output<P>, context: OperationContext): Promise<z.output<R>>;
}

export const operation = <P extends z.ZodType, R extends z.ZodType>(
  definition: Operation<P, R>,
): Operation<P, R> => definition;
