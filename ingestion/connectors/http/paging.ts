/** The ways services cut an answer into pages. */
import { z } from 'zod';
import type { Answer } from './answer.ts';
import { refusedBySource } from '../source-errors.ts';

const name = z.string().min(1).max(200);

export const pagingSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({
      kind: z.literal('page'),
      parameter: name.default('page'),
      sizeParameter: name.optional(),
      size: z.number().int().min(1).max(100_000).default(500),
      first: z.number().int().min(0).max(1).default(1),
      /** Path of the number of pages, or of records. Without either the first empty page is the end: a short one may be the service's own limit. */
      pages: name.optional(),
      total: name.optional(),
    }),
    z.strictObject({
      kind: z.literal('offset'),
      parameter: name.default('offset'),
      sizeParameter: name.optional(),
      size: z.number().int().min(1).max(100_000).default(500),
      total: name.optional(),
    }),
    z.strictObject({
      kind: z.literal('cursor'),
      parameter: name.default('cursor'),
      /** Path of the token of the next page; absent or empty on the last. */
      next: name,
      sizeParameter: name.optional(),
      size: z.number().int().min(1).max(100_000).default(500),
    }),
    /** `Link: <…>; rel="next"` (RFC 8288). */
    z.strictObject({ kind: z.literal('link') }),
  ])
  .default({ kind: 'none' });
export type Paging = z.output<typeof pagingSchema>;

/** Where in a walk over pages: a number, an offset, a token or an address, as text. */
export const cursorSchema = z.object({ at: z.string().max(8192), read: z.number().int().nonnegative() });
/** `read` counts the records of the pages before. */
export type Cursor = z.output<typeof cursorSchema>;

export function firstCursor(paging: Paging): Cursor {
  if (paging.kind === 'page') return { at: String(paging.first), read: 0 };
  return { at: paging.kind === 'offset' ? '0' : '', read: 0 };
}

/** What the request for a page says. */
export function pageParameters(paging: Paging, cursor: Cursor): Record<string, string> {
  if (paging.kind === 'none' || paging.kind === 'link') return {};
  const size = paging.sizeParameter === undefined ? {} : { [paging.sizeParameter]: String(paging.size) };
  return cursor.at === '' ? size : { ...size, [paging.parameter]: cursor.at };
}

export interface PageAnswer extends Answer {
  /** The `Link` header. */
  link?: string;
  url: URL;
}

/**
 * @returns null at the end
 * @throws AppError `source_refused` for a link to another host, where credentials must not go, and for a token that leads nowhere
 */
export function nextCursor(paging: Paging, cursor: Cursor, answer: PageAnswer): Cursor | null {
  const read = cursor.read + answer.records.length;
  const number = (path: string | undefined): number | null => {
    const value = path === undefined ? undefined : answer.value(path);
    return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : null;
  };
  switch (paging.kind) {
    case 'none':
      return null;
    case 'page': {
      const pages = number(paging.pages);
      const next = Number(cursor.at) + 1;
      if (pages !== null && next >= pages + paging.first) return null;
      return isEnd(answer, read, number(paging.total)) ? null : { at: String(next), read };
    }
    case 'offset':
      // By what came, not by what was asked for: a service may give less than asked.
      return isEnd(answer, read, number(paging.total)) ? null : { at: String(read), read };
    case 'cursor': {
      const token = answer.value(paging.next) ?? '';
      if (token === '') return null;
      if (token === cursor.at) throw endless(answer);
      return { at: token, read };
    }
    case 'link': {
      const target = nextLink(answer.link ?? '');
      if (target === null) return null;
      if (!URL.canParse(target, answer.url.href))
        throw refusedBySource(answer.url.hostname, 'its next link is no address');
      const url = new URL(target, answer.url);
      if (url.origin !== answer.url.origin)
        throw refusedBySource(answer.url.hostname, 'its next link leads to another host');
      if (url.href === cursor.at) throw endless(answer);
      return { at: url.href, read };
    }
  }
}

const isEnd = (answer: Answer, read: number, total: number | null): boolean =>
  answer.records.length === 0 || (total !== null && read >= total);

export const endless = ({ url }: PageAnswer): Error =>
  refusedBySource(url.hostname, 'it gives the same page again and again', {
    fix: 'See whether the paging parameters of the task are the ones it knows.',
  });

function nextLink(header: string): string | null {
  for (const [, target = '', parameters = ''] of header.matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*"?[^";]*\bnext\b/i.test(parameters)) return target;
  }
  return null;
}
