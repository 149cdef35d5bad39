/** Stable codes; the API's problem documents and the command line's messages both come from here. */
export type ErrorCode =
  | 'bad_configuration'
  | 'bad_request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'too_many_requests'
  | 'refused_delivery'
  | 'quality_gate'
  | 'home_in_use'
  | 'migration'
  | 'sql_rejected'
  | 'sql_failed'
  | 'resource_limit'
  | 'bad_package'
  | 'source_unreachable'
  | 'source_refused'
  | 'bug';

export interface ErrorDetails {
  /** File, line, field, model … whatever leads a person to the place. */
  where?: Record<string, string | number>;
  /** What to do about it, one sentence. */
  fix?: string;
  /** May the same call succeed later without a change? */
  retriable?: boolean;
  cause?: unknown;
}

/** An expected failure: its message is a sentence meant for the person who caused or must mend it. */
export class AppError extends Error {
  readonly where: Record<string, string | number>;
  readonly fix: string | undefined;
  readonly retriable: boolean;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'AppError';
    this.where = details.where ?? {};
    this.fix = details.fix;
    this.retriable = details.retriable ?? false;
  }
}

export const isAppError = (error: unknown): error is AppError => error instanceof AppError;
