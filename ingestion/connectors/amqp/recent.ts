import { createHash } from 'node:crypto';
import type { Message } from 'amqplib';
import { z } from 'zod';
import type { Position } from '../connector.ts';

const LETTERS = 16;
const positionSchema = z.object({ recent: z.string().default('') });

/** What a message is known by: the id its sender gave it, else its content; 96 bits. */
export function markOf({ content, properties }: Pick<Message, 'content' | 'properties'>): string {
  const id: unknown = properties.messageId;
  const hash = createHash('sha256');
  if (typeof id === 'string' && id !== '') hash.update('id\0').update(id);
  else hash.update('content\0').update(content);
  return hash.digest('base64url').slice(0, LETTERS);
}

/** Marks of the messages landed last, oldest first, of which the position keeps a bounded number. */
export class RecentMessages {
  readonly #most: number;
  readonly #marks: Set<string>;

  private constructor(most: number, marks: Set<string>) {
    this.#most = most;
    this.#marks = marks;
  }

  static from(position: Position | null, most: number): RecentMessages {
    const { recent } = positionSchema.parse(position ?? {});
    const marks = new Set<string>();
    for (let at = 0; at < recent.length; at += LETTERS) marks.add(recent.slice(at, at + LETTERS));
    return new RecentMessages(most, marks);
  }

  /**
   * Remembers a message. One with an id of its own is a repetition whenever the id is known; one known by its content only
   * when the broker sends it again, for a sender may say the same thing twice and mean it.
   */
  isNew({ fields, properties }: Message, mark: string): boolean {
    const isKnown = this.#marks.has(mark);
    if (isKnown && (fields.redelivered || Boolean(properties.messageId))) return false;
    this.#marks.delete(mark);
    this.#marks.add(mark);
    return true;
  }

  position(): Position {
    const marks = [...this.#marks];
    for (const mark of marks.splice(0, Math.max(0, marks.length - this.#most))) this.#marks.delete(mark);
    return { recent: marks.join('') };
  }
}
