/** A queue of messages (消息中间件, A0-1) on an AMQP 0-9-1 broker such as RabbitMQ, landed in small batches. */
import { type ChannelModel, connect } from 'amqplib';
import { isAppError } from '../../domain/errors.ts';
import { errorMessage } from '../../warehouse/error-code.ts';
import { datasetId } from '../contract.ts';
import { collectMessages } from './amqp/collect-messages.ts';
import { type AmqpSettings, amqpSettings } from './amqp/settings.ts';
import { connector, type SourceCall } from './connector.ts';
import { resolveAllowed } from './net-guard.ts';
import { onlyDataset } from './one-dataset.ts';
import { untilStopped } from './retry.ts';
import { refusedBySource, socketError, unreachable } from './source-errors.ts';
import { towards, trustOf } from './tls.ts';

export const amqp = connector<AmqpSettings>({
  kind: 'amqp',
  zh: '消息队列（AMQP）',
  settings: amqpSettings,
  secrets: ['password'],
  async test(call) {
    const started = performance.now();
    const connection = await openConnection(call);
    try {
      const channel = await connection.createChannel();
      channel.on('error', () => undefined); // told by the call below
      const { messageCount } = await channel.checkQueue(call.settings.queue);
      return {
        roundTripMs: Math.round(performance.now() - started),
        detail: `The queue holds ${messageCount} messages.`,
      };
    } catch (error) {
      throw amqpError(call.settings, error);
    } finally {
      await connection.close().catch(() => undefined);
    }
  },
  collect: (call) =>
    untilStopped(
      call,
      collectMessages(call, onlyDataset(call.datasets), datasetId, {
        open: () => openConnection(call),
        inOurWords: (error) => amqpError(call.settings, error),
      }),
    ),
});

async function openConnection({
  settings,
  secrets,
}: Pick<SourceCall<AmqpSettings>, 'settings' | 'secrets'>): Promise<ChannelModel> {
  const { host, tls, vhost, user, timeoutSeconds } = settings;
  const trust = tls ? towards(await trustOf(settings), host) : {};
  const { address } = await resolveAllowed(host, settings.allowedNetworks);
  try {
    const connection = await connect(
      {
        protocol: tls ? 'amqps' : 'amqp',
        hostname: address,
        port: settings.port ?? (tls ? 5671 : 5672),
        ...{ username: user, password: secrets['password'] ?? '', vhost, heartbeat: 30 },
      },
      { timeout: timeoutSeconds * 1000, ...trust },
    );
    // Told again by whatever is under way on it.
    connection.on('error', () => undefined);
    return connection;
  } catch (error) {
    throw amqpError(settings, error);
  }
}

function amqpError({ host, caFile }: AmqpSettings, error: unknown): unknown {
  const known = socketError(host, error, caFile);
  if (isAppError(known)) return known;
  const text = errorMessage(error);
  if (/ACCESS.REFUSED|\b403\b/i.test(text))
    return refusedBySource(host, 'user and password are not accepted, or may not read the queue', {
      cause: error,
    });
  if (/NOT.FOUND|\b404\b/i.test(text))
    return refusedBySource(host, 'there is no such queue', { cause: error });
  if (/\b(530|NOT.ALLOWED)\b/i.test(text))
    return refusedBySource(host, 'there is no such virtual host, or no right to it', { cause: error });
  if (/RESOURCE.LOCKED|PRECONDITION/i.test(text))
    return refusedBySource(host, 'the queue is held by somebody else alone', { cause: error });
  if (/closed|closing|ended|heartbeat|timeout|CONNECTION.FORCED|\b320\b/i.test(text))
    return unreachable(host, 'the connection was cut', error);
  return error;
}
