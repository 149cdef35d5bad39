import type { ErrorRequestHandler, Request, Response } from 'express';
import { z } from 'zod';
import { AppError, type ErrorCode, isAppError } from '../domain/errors.ts';
import type { Logger } from '../warehouse/log.ts';

const STATUS: Record<ErrorCode, number> = {
  bad_configuration: 500,
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  too_many_requests: 429,
  refused_delivery: 422,
  quality_gate: 422,
  home_in_use: 503,
  migration: 500,
  sql_rejected: 400,
  sql_failed: 400,
  resource_limit: 503,
  bad_package: 422,
  source_unreachable: 502,
  source_refused: 502,
  bug: 500,
};

/** RFC 9457 problem document; `code`, `where` and `fix` are ours. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  where?: Record<string, string | number>;
  fix?: string;
}

export function problemOf(error: AppError): Problem {
  const status = STATUS[error.code];
  return {
    type: `urn:anju:problem:${error.code}`,
    title: error.code.replaceAll('_', ' '),
    status,
    detail: error.message,
    code: error.code,
    ...(Object.keys(error.where).length > 0 ? { where: error.where } : {}),
    ...(error.fix === undefined ? {} : { fix: error.fix }),
  };
}

/** What a thrown value means to the caller. Bugs keep their text to themselves. */
export function asAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  if (error instanceof z.ZodError) {
    const [first] = error.issues;
    const field = first?.path.join('.') ?? '';
    return new AppError(
      'bad_request',
      `${field === '' ? 'The request' : field}: ${first?.message ?? 'is not valid'}`,
      { where: field === '' ? {} : { field }, cause: error },
    );
  }
  if (isHttpError(error)) {
    const code: ErrorCode = error.status === 413 ? 'too_large' : 'bad_request';
    return new AppError(
      code,
      error.status === 413 ? 'The request body is too large.' : 'The request body could not be read.',
      { cause: error },
    );
  }
  return new AppError('bug', 'Something went wrong on our side; the log has the request’s number.', {
    cause: error,
  });
}

/** body-parser's errors carry a status below 500. */
const isHttpError = (error: unknown): error is { status: number } =>
  error instanceof Error &&
  'status' in error &&
  typeof error.status === 'number' &&
  error.status >= 400 &&
  error.status < 500;

export function sendProblem(response: Response, error: AppError): void {
  const problem = problemOf(error);
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The one error handler. A client that went away is not an error; a bug is logged with its stack, never sent. */
export function errorHandler(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, request: Request, response: Response, next) => {
    // Not `request.destroyed`: a request is that as soon as its body has been read.
    if (request.socket.destroyed || response.destroyed) return;
    const error = asAppError(thrown);
    if (problemOf(error).status >= 500)
      log.error({ err: thrown, requestId: response.getHeader('x-request-id') }, error.message);
    if (response.headersSent) next(thrown);
    else sendProblem(response, error);
  };
}
