/** One call of a whole screen, as `bench metrics` and its clients make it. */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const answer = z.object({ results: z.array(z.unknown()) });

/** As many connections as there are calls under way, kept like a browser keeps them. */
const agent = new Agent({ keepAlive: true });

/**
 * What comes back, as it came. By `node:http` and not `fetch`, which takes three times as much of the CPU: the clients share the machine
 * with what they measure.
 */
export async function ask(url: string, token: string, requests: readonly object[]): Promise<string> {
  const sent = request(`${url}/api/metrics/query`, {
    method: 'POST',
    agent,
    headers: {
      'content-type': 'application/json',
      'x-anju-request': '1',
      authorization: `Bearer ${token}`,
    },
  }).end(JSON.stringify({ requests }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const body = await text(response);
  if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${body}`);
  return body;
}

/** The results alone, as one text to be compared. */
export const resultsOf = (text: string): string => JSON.stringify(answer.parse(JSON.parse(text)).results);
