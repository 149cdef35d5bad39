import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import {
  byteSize,
  hostName,
  objectStoreAddress,
  pemFile,
  portNumber,
  positiveInteger,
  urlOf,
} from './config-values.ts';

/** The queues of the warehouse: screens and lookups, the pipeline, and analysts' own SQL. */
export const LANES = ['interactive', 'batch', 'analyst'] as const;
export type Lane = (typeof LANES)[number];

export interface LaneLimits {
  /** Longest run of one query, in seconds. */
  maxSeconds: number;
  /** Most memory of one query, in bytes. */
  maxMemoryBytes: number;
  /** Queries that run at the same time; further ones wait in order of arrival. */
  connections: number;
}

/** Everything Anju takes from its environment, parsed once. */
export interface Config {
  /** Absolute directory that holds all state. */
  home: string;
  port: number;
  host: string;
  /** Without it the embedded engine (chDB) is used. */
  clickhouseUrl?: string;
  /** Without it the embedded store (PGlite) is used. */
  postgresUrl?: string;
  redisUrl?: string;
  /** Absolute directory of landed files; `<home>/objects` unless set. Not used with `s3`. */
  objectStore: string;
  /** The far store of landed files, where there is one. */
  s3?: S3Settings;
  /** A file in the inbox is taken when it has not changed for so long. */
  inboxSettleSeconds: number;
  /** What is done with the tables of a source that no contract speaks of (`drift.table` of a contract). */
  unknownSources: 'evolve' | 'freeze' | 'quarantine';
  logLevel: (typeof LOG_LEVELS)[number];
  lanes: Record<Lane, LaneLimits>;
  /** Threads of Node's pool; the embedded engine needs more of them than it has connections. */
  threadPoolSize: number;
  devices: DeviceSettings;
  /** A step of landing at which the process kills itself: how the tests prove that nothing is lost. Never set in use. */
  fault?: string;
}

export interface DeviceSettings {
  /** The embedded MQTT broker runs on it; 0 takes a free one; without it there is none. */
  mqttPort?: number;
  mqttHost: string;
  /** What the embedded broker proves itself with; it speaks TLS alone then. */
  mqttTls?: { certFile: string; keyFile: string };
  /** A broker somebody else runs. */
  mqttUrl?: string;
  /** Whom it is trusted by, and what we prove ourselves with there. */
  mqttTrust: { caFile?: string; certFile?: string; keyFile?: string };
  /** The group of processes that share what comes from that broker; a process takes everything without one. */
  mqttShare?: string;
  /** A reading older than this when it comes is refused, in days. */
  lateDays: number;
  /** Messages of one device; more wait. */
  messagesPerSecond: number;
  /** How long a device may be slowed without a pause before it is cut off. */
  floodSeconds: number;
  /** How often readings go from the log into the warehouse. */
  loadSeconds: number;
}

export interface S3Settings {
  bucket: string;
  /** Names before every key. */
  prefix: string[];
  /** Amazon's own unless given. */
  endpoint?: string;
  region: string;
  accessKey?: string;
  secretKey?: string;
  /** Most bytes of copies on this machine. */
  cacheBytes: number;
}

export interface ConfigSetting {
  name: string;
  description: string;
  /** As a person would type it; undefined where nothing is set unless they do. */
  default?: string;
  /** May hold a password: `anju doctor` prints only whether it is set. */
  secret?: boolean;
}

interface SettingDefinition<T> extends ConfigSetting {
  schema: z.ZodType<T>;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const setting = <T>(definition: SettingDefinition<T>): SettingDefinition<T> => definition;

const SETTINGS = {
  home: setting({
    name: 'ANJU_HOME',
    description: 'Directory that holds all state.',
    default: './data',
    schema: z.string().min(1, 'must be a directory'),
  }),
  port: setting({
    name: 'ANJU_PORT',
    description: 'Port of the HTTP server; 0 takes a free one.',
    default: '8080',
    schema: portNumber,
  }),
  host: setting({
    name: 'ANJU_HOST',
    description: 'Address the HTTP server binds to; loopback unless told otherwise.',
    default: '127.0.0.1',
    schema: hostName,
  }),
  clickhouseUrl: setting({
    name: 'ANJU_CLICKHOUSE_URL',
    description: 'ClickHouse server for the warehouse; without it the embedded engine is used.',
    secret: true,
    schema: urlOf(['http:', 'https:'], 'http://user:password@host:8123').optional(),
  }),
  postgresUrl: setting({
    name: 'ANJU_POSTGRES_URL',
    description: 'PostgreSQL server for the operational store; without it the embedded store is used.',
    secret: true,
    schema: urlOf(['postgres:', 'postgresql:'], 'postgresql://user:password@host:5432/anju').optional(),
  }),
  redisUrl: setting({
    name: 'ANJU_REDIS_URL',
    description: 'Redis server for the job queue; without it the queue is in the operational store.',
    secret: true,
    schema: urlOf(['redis:', 'rediss:'], 'redis://host:6379').optional(),
  }),
  objectStore: setting({
    name: 'ANJU_OBJECT_STORE',
    description:
      'Directory of landed files (`objects` in ANJU_HOME unless set), or s3://bucket/prefix?endpoint=…&region=….',
    schema: objectStoreAddress.optional(),
  }),
  s3AccessKey: setting({
    name: 'ANJU_S3_ACCESS_KEY',
    description: 'Access key of the S3 store; without it the environment of the machine says who we are.',
    secret: true,
    schema: z.string().optional(),
  }),
  s3SecretKey: setting({
    name: 'ANJU_S3_SECRET_KEY',
    description: 'Secret key of the S3 store.',
    secret: true,
    schema: z.string().optional(),
  }),
  objectCache: setting({
    name: 'ANJU_OBJECT_CACHE',
    description: 'Most that copies of objects of an S3 store take on this machine.',
    default: '20G',
    schema: byteSize,
  }),
  inboxSettle: setting({
    name: 'ANJU_INBOX_SETTLE_SECONDS',
    description: 'A file in the inbox is taken when it has not changed for so many seconds (0 to 3600).',
    default: '5',
    schema: z
      .string()
      .regex(/^\d{1,4}$/, 'must be a whole number of seconds')
      .transform(Number)
      .refine((seconds) => seconds <= 3600, { message: 'must be at most 3600' }),
  }),
  unknownSources: setting({
    name: 'ANJU_UNKNOWN_SOURCES',
    description:
      'Files of a source no contract speaks of: freeze (they wait in the inbox), quarantine (received, every row waits for somebody to accept the table) or evolve (a draft is made and they land).',
    default: 'freeze',
    schema: z.enum(['evolve', 'freeze', 'quarantine']),
  }),
  logLevel: setting({
    name: 'ANJU_LOG_LEVEL',
    description: `How much is logged: ${LOG_LEVELS.join(', ')}.`,
    default: 'info',
    schema: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`),
  }),
  interactiveSeconds: setting({
    name: 'ANJU_INTERACTIVE_SECONDS',
    description: 'Longest run of a query behind a screen, in seconds.',
    default: '30',
    schema: positiveInteger,
  }),
  interactiveMemory: setting({
    name: 'ANJU_INTERACTIVE_MEMORY',
    description: 'Most memory of a query behind a screen.',
    default: '2G',
    schema: byteSize,
  }),
  batchSeconds: setting({
    name: 'ANJU_BATCH_SECONDS',
    description: "Longest run of one of the pipeline's statements, in seconds.",
    default: '3600',
    schema: positiveInteger,
  }),
  batchMemory: setting({
    name: 'ANJU_BATCH_MEMORY',
    description: "Most memory of one of the pipeline's statements.",
    default: '4G',
    schema: byteSize,
  }),
  analystSeconds: setting({
    name: 'ANJU_ANALYST_SECONDS',
    description: "Longest run of an analyst's query, in seconds.",
    default: '60',
    schema: positiveInteger,
  }),
  analystMemory: setting({
    name: 'ANJU_ANALYST_MEMORY',
    description: "Most memory of an analyst's query.",
    default: '2G',
    schema: byteSize,
  }),
  mqttPort: setting({
    name: 'ANJU_MQTT_PORT',
    description:
      'Port of the embedded MQTT broker for devices; 0 takes a free one; without it none is started.',
    schema: portNumber.optional(),
  }),
  mqttHost: setting({
    name: 'ANJU_MQTT_HOST',
    description: 'Address the embedded MQTT broker binds to; loopback unless told otherwise.',
    default: '127.0.0.1',
    schema: hostName,
  }),
  mqttUrl: setting({
    name: 'ANJU_MQTT_URL',
    description: 'An MQTT broker somebody else runs; readings are taken from it.',
    secret: true,
    schema: urlOf(['mqtt:', 'mqtts:'], 'mqtts://user:password@host:8883').optional(),
  }),
  mqttTlsCert: setting({
    name: 'ANJU_MQTT_TLS_CERT',
    description: 'PEM file with the certificate of the embedded MQTT broker; with it, it speaks TLS alone.',
    schema: pemFile.optional(),
  }),
  mqttTlsKey: setting({
    name: 'ANJU_MQTT_TLS_KEY',
    description: "PEM file with the key of that certificate, readable by Anju's account alone.",
    schema: pemFile.optional(),
  }),
  mqttCaFile: setting({
    name: 'ANJU_MQTT_CA_FILE',
    description:
      "PEM file with the authorities that sign for the broker of ANJU_MQTT_URL; the machine's own without.",
    schema: pemFile.optional(),
  }),
  mqttCertFile: setting({
    name: 'ANJU_MQTT_CERT_FILE',
    description: 'PEM file with the certificate by which that broker knows us.',
    schema: pemFile.optional(),
  }),
  mqttKeyFile: setting({
    name: 'ANJU_MQTT_KEY_FILE',
    description: 'PEM file with the key of ANJU_MQTT_CERT_FILE.',
    schema: pemFile.optional(),
  }),
  mqttShare: setting({
    name: 'ANJU_MQTT_SHARE',
    description:
      'Name of the group of processes that share the messages of that broker (MQTT 5, $share); each takes all without.',
    schema: z
      .string()
      .regex(/^[\w-]{1,64}$/, 'must be letters, digits, - and _')
      .optional(),
  }),
  lateDays: setting({
    name: 'ANJU_READING_LATE_DAYS',
    description: 'A reading older than this when it comes is refused, in days (1 to 90).',
    default: '35',
    schema: positiveInteger.refine((days) => days <= 90, { message: 'must be from 1 to 90' }),
  }),
  messagesPerSecond: setting({
    name: 'ANJU_DEVICE_MESSAGES',
    description: 'Messages a second of one device; what is more waits.',
    default: '200',
    schema: positiveInteger,
  }),
  floodSeconds: setting({
    name: 'ANJU_DEVICE_FLOOD_SECONDS',
    description:
      'How long a device is slowed without a pause before it is cut off, for as long again, in seconds.',
    default: '600',
    schema: positiveInteger,
  }),
  deviceLoadSeconds: setting({
    name: 'ANJU_DEVICE_LOAD_SECONDS',
    description: 'How often readings of devices go from their log into the warehouse, in seconds.',
    default: '5',
    schema: positiveInteger,
  }),
  threadPoolSize: setting({
    name: 'UV_THREADPOOL_SIZE',
    description: "Threads of Node's pool; bin/anju sets it before Node starts.",
    default: '4',
    schema: positiveInteger,
  }),
  fault: setting({
    name: 'ANJU_FAULT',
    description: 'For tests: the step of landing at which the process kills itself.',
    schema: z
      .string()
      .regex(/^[a-z0-9-]+$/, 'must be the name of a step')
      .optional(),
  }),
};

/** What can be set, for `anju doctor` and the operator's page. */
export const configSettings: ConfigSetting[] = Object.values(SETTINGS).map(
  ({ name, description, default: fallback, secret }) => ({ name, description, default: fallback, secret }),
);

/**
 * Parses the environment. An empty variable counts as not set.
 * @throws AppError `bad_configuration`; its message names every bad variable in a sentence, never a secret's value.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  function read<T>(definition: SettingDefinition<T>): T {
    const given = env[definition.name]?.trim() || definition.default;
    const parsed = definition.schema.safeParse(given);
    if (parsed.success) return parsed.data;
    const shown = definition.secret || given === undefined ? '' : ` (it is “${given}”)`;
    problems.push(`${definition.name} ${parsed.error.issues[0]?.message ?? 'is not valid'}${shown}.`);
    return undefined as T; // never seen: the problems are thrown below
  }

  const home = resolve(read(SETTINGS.home) ?? '.');
  const objects = read(SETTINGS.objectStore);
  const s3 = objects && 's3' in objects ? objects.s3 : undefined;
  const s3Keys = {
    accessKey: read(SETTINGS.s3AccessKey),
    secretKey: read(SETTINGS.s3SecretKey),
    cacheBytes: read(SETTINGS.objectCache),
  };
  const config: Config = {
    home,
    port: read(SETTINGS.port),
    host: read(SETTINGS.host),
    clickhouseUrl: read(SETTINGS.clickhouseUrl),
    postgresUrl: read(SETTINGS.postgresUrl),
    redisUrl: read(SETTINGS.redisUrl),
    objectStore: resolve(
      (objects && 'directory' in objects ? objects.directory : undefined) ?? `${home}/objects`,
    ),
    ...(s3 ? { s3: { ...s3, ...s3Keys } } : {}),
    inboxSettleSeconds: read(SETTINGS.inboxSettle),
    unknownSources: read(SETTINGS.unknownSources),
    logLevel: read(SETTINGS.logLevel),
    lanes: {
      interactive: {
        maxSeconds: read(SETTINGS.interactiveSeconds),
        maxMemoryBytes: read(SETTINGS.interactiveMemory),
        connections: 3,
      },
      batch: {
        maxSeconds: read(SETTINGS.batchSeconds),
        maxMemoryBytes: read(SETTINGS.batchMemory),
        connections: 2,
      },
      analyst: {
        maxSeconds: read(SETTINGS.analystSeconds),
        maxMemoryBytes: read(SETTINGS.analystMemory),
        connections: 2,
      },
    },
    devices: {
      mqttPort: read(SETTINGS.mqttPort),
      mqttHost: read(SETTINGS.mqttHost),
      mqttUrl: read(SETTINGS.mqttUrl),
      mqttTrust: {
        caFile: read(SETTINGS.mqttCaFile),
        certFile: read(SETTINGS.mqttCertFile),
        keyFile: read(SETTINGS.mqttKeyFile),
      },
      mqttShare: read(SETTINGS.mqttShare),
      lateDays: read(SETTINGS.lateDays),
      messagesPerSecond: read(SETTINGS.messagesPerSecond),
      floodSeconds: read(SETTINGS.floodSeconds),
      loadSeconds: read(SETTINGS.deviceLoadSeconds),
    },
    threadPoolSize: read(SETTINGS.threadPoolSize),
    fault: read(SETTINGS.fault),
  };
  const [certFile, keyFile] = [read(SETTINGS.mqttTlsCert), read(SETTINGS.mqttTlsKey)];
  if ((certFile === undefined) !== (keyFile === undefined))
    problems.push('ANJU_MQTT_TLS_CERT and ANJU_MQTT_TLS_KEY go together.');
  else if (certFile !== undefined && keyFile !== undefined) config.devices.mqttTls = { certFile, keyFile };
  if (problems.length > 0) {
    throw new AppError('bad_configuration', problems.join(' '), {
      fix: 'Correct the environment; `anju doctor` lists every setting.',
    });
  }
  return config;
}
