/**
 * Readings from a broker somebody else runs. mqtt.js takes one message at a time and sends the PUBACK when `handleMessage` calls
 * back, which is after the disk has the message; so there is one connection a product, and together they share syncs of the
 * disk. Their sessions outlive us: the broker keeps what comes while we are away.
 *
 * Several processes may share what comes (MQTT 5, `$share`), each message going to one of them. It must be asked for: mosquitto
 * 2.0 forgets shared subscriptions when it restarts, and with them what comes until we are back (measured). A broker that does
 * not offer them gives every message to every process; what comes twice to one of them is loaded once.
 */
import mqtt, { type IConnackPacket, type IPublishPacket, type MqttClient } from 'mqtt';
import { errorCode, errorMessage } from '../../../warehouse/error-code.ts';
import type { Platform } from '../../../warehouse/platform.ts';
import { certificateError } from '../../connectors/source-errors.ts';
import { towards, type Trust } from '../../connectors/tls.ts';
import { parseTopic, TOPIC_ROOT } from '../gateway/topic.ts';
import type { DeviceHub } from '../hub.ts';

const RETRY_MS = 1000;

/** CONNACK: the protocol version is not spoken, as MQTT 3.1.1 and as MQTT 5 say it. */
const OTHER_VERSION = [1, 132];
/** A session that never ends by itself (MQTT 5, 3.1.2.11.2). */
const FOR_EVER = 0xffffffff;

export interface BrokerSettings {
  url: string;
  clientId: string;
  trust: Trust;
  /** Where the trusted authorities came from, for messages. */
  caFile?: string;
  /** The group this process shares messages with. */
  share?: string;
}

export interface BrokerConnection {
  close(): Promise<void>;
}

/** Connects, and again whenever the broker was away; what it refuses is logged. */
export function connectBroker(
  platform: Platform,
  hub: Pick<DeviceHub, 'directory' | 'onReload' | 'receive'>,
  { url, clientId, trust, caFile, share }: BrokerSettings,
): BrokerConnection {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  let isClosing = false;

  /** On disk, however long it takes; until then this connection takes nothing else. */
  async function take(packet: IPublishPacket): Promise<void> {
    const receivedAt = Date.now();
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const topic = parseTopic(packet.topic);
    const known = topic === null ? undefined : hub.directory.find(topic.device);
    if (topic === null || (known !== undefined && known.product !== topic.product)) {
      // Not ours: somebody else's topic under our root.
      platform.log.warn('a message under a topic that is no device was passed over');
      return;
    }
    while (!isClosing) {
      try {
        await hub.receive({ source: topic.device, kind: topic.kind, payload, receivedAt });
        return;
      } catch (error) {
        platform.log.error({ message: errorMessage(error) }, 'a message cannot be written down yet');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    throw new Error('closing');
  }

  /** One connection a product. */
  const clients = new Map<string, MqttClient>();
  const connectProducts = (): void => {
    for (const product of hub.directory.products())
      if (!clients.has(product)) clients.set(product, connect(product));
  };

  function connect(product: string): MqttClient {
    const client = mqtt.connect(url, {
      clientId: `${clientId}-${product}`,
      clean: false,
      reconnectPeriod: RETRY_MS,
      // A broker that is starting refuses before it knows whom it may let in.
      reconnectOnConnackError: true,
      connectTimeout: 10_000,
      ...(url.startsWith('mqtts:') ? towards(trust, host) : {}),
      ...(share === undefined ? {} : { protocolVersion: 5, properties: { sessionExpiryInterval: FOR_EVER } }),
    });
    // Before the first byte comes: what waited for us at the broker comes with the connection, and must not be acknowledged by
    // the handler mqtt.js has of its own.
    client.handleMessage = (packet, done) => {
      take(packet).then(
        () => done(),
        // Closing: not acknowledged, so the broker sends it again.
        () => undefined,
      );
    };
    client.on('error', (error) => {
      if (
        'code' in error &&
        OTHER_VERSION.includes(Number(error.code)) &&
        client.options.protocolVersion === 5
      ) {
        platform.log.warn('the MQTT broker does not speak MQTT 5: its messages cannot be shared');
        client.options.protocolVersion = 4;
        return;
      }
      const known = errorCode(error) === undefined ? null : certificateError(host, error, caFile);
      platform.log.error(
        { message: (known ?? error).message },
        'the MQTT broker at ANJU_MQTT_URL does not take our connection',
      );
    });
    client.on('connect', (packet) => void subscribe(client, `${TOPIC_ROOT}/${product}/+/+`, packet));
    return client;
  }

  /** Shared where that is asked for and offered, else alone; never both, or every message would come twice. */
  async function subscribe(client: MqttClient, topic: string, { properties }: IConnackPacket): Promise<void> {
    const shared = share === undefined ? null : `$share/${share}/${topic}`;
    const isOffered =
      client.options.protocolVersion === 5 && properties?.sharedSubscriptionAvailable !== false;
    try {
      if (shared !== null && isOffered) {
        try {
          await client.subscribeAsync(shared, { qos: 1 });
          await client.unsubscribeAsync(topic);
          return;
        } catch (error) {
          if (!client.connected) throw error;
          platform.log.warn(
            { message: errorMessage(error) },
            'the MQTT broker offers no shared subscription',
          );
        }
      }
      await client.subscribeAsync(topic, { qos: 1 });
      if (shared !== null && isOffered) await client.unsubscribeAsync(shared);
    } catch (error) {
      // A connection that broke meanwhile is made anew, and asks again.
      if (client.connected)
        platform.log.error({ message: errorMessage(error) }, 'the MQTT broker refuses our subscription');
    }
  }

  connectProducts();
  const stopWatching = hub.onReload(connectProducts);
  return {
    close: async () => {
      isClosing = true;
      stopWatching();
      await Promise.all([...clients.values()].map((client) => client.endAsync(true)));
    },
  };
}
