export const TOPIC_ROOT = 'anju';

/** `telemetry`: readings; `event`: what happened; `heartbeat`: nothing but being there. */
export type MessageKind = 'telemetry' | 'event' | 'heartbeat';
const KINDS: readonly string[] = ['telemetry', 'event', 'heartbeat'] satisfies MessageKind[];

export interface DeviceTopic {
  product: string;
  device: string;
  kind: MessageKind;
}

/** `anju/<product>/<device>/<kind>`; null for any other topic. */
export function parseTopic(topic: string): DeviceTopic | null {
  const [root, product, device, kind, ...rest] = topic.split('/');
  if (root !== TOPIC_ROOT || !product || !device || rest.length > 0) return null;
  return kind !== undefined && isKind(kind) ? { product, device, kind } : null;
}

const isKind = (kind: string): kind is MessageKind => KINDS.includes(kind);

export const topicOf = (product: string, device: string, kind: MessageKind): string =>
  `${TOPIC_ROOT}/${product}/${device}/${kind}`;

/** What a device may subscribe to: the commands for itself. */
export const commandTopic = (product: string, device: string): string =>
  `${TOPIC_ROOT}/${product}/${device}/command`;
