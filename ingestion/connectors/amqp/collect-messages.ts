/** Batches of messages as deliveries, acknowledged only once they are committed. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Channel, ChannelModel, Message } from 'amqplib';
import { isAppError } from '../../../domain/errors.ts';
import { errorCode } from '../../../warehouse/error-code.ts';
import type { Dataset } from '../../contract.ts';
import type { CollectCall, Collected } from '../connector.ts';
import { jsonAnswer, type Tree, xmlAnswer } from '../http/answer.ts';
import { RecordFile } from '../record-file.ts';
import { backOff } from '../retry.ts';
import { markOf, RecentMessages } from './recent.ts';
import type { AmqpSettings } from './settings.ts';
import { MessageStream } from './stream.ts';

interface Broker {
  open(): Promise<ChannelModel>;
  inOurWords(error: unknown): unknown;
}

/**
 * Follows or drains a queue. A cut connection is made anew; what was not acknowledged comes again, and what of it is landed
 * already is known by its mark and only acknowledged.
 */
export async function* collectMessages(
  call: CollectCall<AmqpSettings>,
  dataset: Dataset,
  idOf: (dataset: Dataset) => string,
  broker: Broker,
): AsyncGenerator<Collected> {
  const { settings, signal, log } = call;
  const recent = RecentMessages.from(call.position, settings.remember);
  for (let attempt = 1; ; attempt++) {
    try {
      const connection = await broker.open();
      try {
        const channel = await connection.createChannel();
        for await (const batch of batches(channel, settings, signal)) {
          const file = await write(call, dataset, batch, recent);
          if (file !== null) yield { dataset: idOf(dataset), ...file, position: recent.position() };
          await acknowledge(channel, settings.queue, batch);
          attempt = 1;
        }
        return;
      } finally {
        // What is not acknowledged goes back to the queue. It may be closed by the other side already.
        await connection.close().catch(() => undefined);
      }
    } catch (error) {
      signal.throwIfAborted();
      const known = broker.inOurWords(error);
      if (!isAppError(known) || !known.retriable || attempt >= settings.retry.attempts) throw known;
      const waitMs = backOff(settings.retry, attempt);
      log.warn({ attempt, waitMs, reason: known.message }, 'the broker is tried again');
      await delay(waitMs, undefined, { signal });
    }
  }
}

async function* batches(
  channel: Channel,
  { queue, batchMessages, batchSeconds, mode }: AmqpSettings,
  signal: AbortSignal,
): AsyncGenerator<Message[]> {
  const stream = new MessageStream(channel, signal);
  if (mode === 'follow') {
    await stream.consume(queue, batchMessages);
    for (;;) yield await stream.next(batchMessages, batchSeconds * 1000);
  }
  for (;;) {
    const batch: Message[] = [];
    while (batch.length < batchMessages) {
      signal.throwIfAborted();
      const message = await channel.get(queue);
      if (message === false) break;
      batch.push(message);
    }
    if (batch.length > 0) yield batch;
    if (batch.length < batchMessages) return;
  }
}

/** Null when everything in the batch is landed already. */
async function write(
  { settings, directory }: CollectCall<AmqpSettings>,
  dataset: Dataset,
  batch: readonly Message[],
  recent: RecentMessages,
): Promise<Pick<Collected, 'path' | 'fileName' | 'shape' | 'requested' | 'returned'> | null> {
  const marked = batch.map((message) => ({ message, mark: markOf(message) }));
  const fresh = marked.filter(({ message, mark }) => recent.isNew(message, mark));
  if (fresh.length === 0) return null;
  const name = createHash('sha256')
    .update(fresh.map(({ mark }) => mark).join())
    .digest('hex')
    .slice(0, 12);
  const file = new RecordFile(directory, `${name}.jsonl`, dataset, {
    mapping: settings.mapping,
    omitsEmpty: true,
  });
  try {
    for (const { message, mark } of fresh) {
      const parsed = await parse(message, settings);
      if (typeof parsed === 'string') await file.addBroken(parsed);
      else await file.add(parsed, { _message_id: mark });
    }
    await file.close();
  } catch (error) {
    file.abandon();
    throw error;
  }
  return {
    path: file.path,
    fileName: `${dataset.dataset}_messages_${name}.jsonl`,
    shape: { shape: 'jsonl' },
    requested: batch.length,
    returned: fresh.length,
  };
}

/** Records of a message; its text when it is poison: that goes to quarantine as one row, and those behind it go on. */
async function parse({ content }: Message, settings: AmqpSettings): Promise<Tree[] | string> {
  const { encoding, format, records, maxMessageBytes } = settings;
  const shown = (): string => new TextDecoder(encoding).decode(content.subarray(0, 16_384));
  if (content.length > maxMessageBytes) return shown();
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(content);
    const { records: found } =
      format === 'json' ? jsonAnswer('message', text, records) : await xmlAnswer('message', text, records);
    return found.length === 0 ? shown() : found;
  } catch (error) {
    if (isAppError(error) || errorCode(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') return shown();
    throw error;
  }
}

/** Comes back once the broker has taken the acknowledgement: it answers in order. */
async function acknowledge(channel: Channel, queue: string, batch: readonly Message[]): Promise<void> {
  const last = batch.at(-1);
  if (last) channel.ack(last, true);
  await channel.checkQueue(queue);
}
