/** One call of a whole screen, as `bench metrics` and its clients make it. */
import { z } from 'zod';

const answer = z.object({ results: z.array(z.unknown()) });

/** What comes back, as it came. */
export async function ask(url: string, token: string, requests: readonly object[]): Promise<string> {
  const response = await fetch(`${url}/api/metrics/query`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-anju-request': '1',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ requests }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return text;
}

/** The results alone, as one text to be compared. */
export const resultsOf = (text: string): string => JSON.stringify(answer.parse(JSON.parse(text)).results);
