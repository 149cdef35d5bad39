import type { z } from 'zod';
import { land } from './land.ts';
import { run } from './run.ts';
import { sql } from './sql.ts';
import { status } from './status.ts';

/** Everything the `anju` command asks of a platform. */
export const operations = { run, land, status, sql } as const;

export type OperationName = keyof typeof operations;
export type OperationParams<N extends OperationName> = z.input<(typeof operations)[N]['params']>;
export type OperationResult<N extends OperationName> = z.output<(typeof operations)[N]['result']>;

export const isOperationName = (name: string): name is OperationName => Object.hasOwn(operations, name);

export type { OperationContext } from './operation.ts';
