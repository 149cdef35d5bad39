import type { Response } from 'express';

/** Sends a page to print: it brings its own style and nothing else. */
export function sendPrintedPage(response: Response, page: string): void {
  response.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
  response.type('text/html; charset=utf-8').send(page);
}
