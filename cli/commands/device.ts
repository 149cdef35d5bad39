import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError } from '../../domain/errors.ts';
import { type ThingModelInput, thingModelSchema } from '../../ingestion/devices/thing-models/thing-model.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

interface AddOptions extends CommonOptions {
  product: string;
  name?: string;
  house?: string;
  place?: string;
  division?: string;
  protocol?: 'mqtt' | 'http' | 'gateway';
  gateway?: string;
  meterNo?: string;
}

interface ListOptions extends CommonOptions {
  product?: string;
  state?: 'enabled' | 'disabled' | 'retired';
  search?: string;
}

interface ExchangeOptions extends CommonOptions {
  at: string;
  final: string;
  initial: string;
  reason?: string;
}

/** `anju device …`: the register of devices and their thing models. */
export function addDevice(program: Command): void {
  const device = program.command('device').description('devices and their thing models');
  addRegister(device);
  addState(device);
  addProducts(device);
}

function addRegister(device: Command): void {
  withCommon(device.command('list'))
    .description('devices, with state and when they were heard')
    .option('--product <product>', 'only of this product')
    .option('--state <state>', 'enabled, disabled or retired')
    .option('--search <text>', 'only ids that begin so')
    .action(async (options: ListOptions) => {
      const { product, state, search } = options;
      const result = await operate(configFor(options), 'deviceList', { product, state, search });
      print(options, result, () =>
        table(
          result.devices.map((one) => ({
            device: one.deviceId,
            product: one.product,
            house: one.houseCode,
            state: one.state,
            online: one.isOnline ? 'online' : '',
            heard: one.lastSeenAt ?? '',
          })),
        ),
      );
    });
  withCommon(device.command('add'))
    .description('add a device; prints its token, which is shown only once')
    .argument('<id>', 'the id it signs in with')
    .requiredOption('--product <product>', 'its thing model')
    .option('--name <name>', 'what people call it')
    .option('--house <code>', 'the dwelling it serves')
    .option('--place <text>', 'where it hangs')
    .option('--division <code>', 'division code')
    .option('--protocol <protocol>', 'mqtt, http or gateway', 'mqtt')
    .option('--gateway <id>', 'the gateway that speaks for it')
    .option('--meter-no <no>', 'the meter number the register of dwellings knows')
    .action(async (deviceId: string, options: AddOptions) => {
      const result = await operate(configFor(options), 'deviceAdd', {
        deviceId,
        product: options.product,
        name: options.name,
        houseCode: options.house,
        place: options.place,
        divisionCode: options.division,
        protocol: options.protocol,
        gatewayId: options.gateway ?? null,
        meterNo: options.meterNo,
      });
      print(options, result, () => [`${result.deviceId}: ${result.token ?? 'speaks through its gateway'}`]);
    });
  withCommon(device.command('token'))
    .description('give a device a new token; the old one ends')
    .argument('<id>', 'the device')
    .action(async (deviceId: string, options: CommonOptions) => {
      const result = await operate(configFor(options), 'deviceToken', { deviceId });
      print(options, result, () => [`${result.deviceId}: ${result.token}`]);
    });
  withCommon(device.command('exchange'))
    .description('record that a meter was replaced by another')
    .argument('<old>', 'the meter taken down')
    .argument('<new>', 'the meter put up')
    .requiredOption('--at <instant>', 'when, ISO 8601 with its offset')
    .requiredOption('--final <reading>', 'last register of the old one')
    .requiredOption('--initial <reading>', 'first register of the new one')
    .option('--reason <text>', 'why')
    .action(async (deviceId: string, newDeviceId: string, options: ExchangeOptions) => {
      const result = await operate(configFor(options), 'deviceExchange', {
        deviceId,
        newDeviceId,
        exchangedAt: options.at,
        finalReading: Number(options.final),
        initialReading: Number(options.initial),
        reason: options.reason,
      });
      print(options, result, () => [`${result.oldDeviceId} → ${result.newDeviceId}`]);
    });
}

function addState(device: Command): void {
  for (const [name, state, description] of [
    ['enable', 'enabled', 'let a device speak'],
    ['disable', 'disabled', 'let a device speak no more for now'],
    ['retire', 'retired', 'take a device out of use; its history stays'],
  ] as const) {
    withCommon(device.command(name))
      .description(description)
      .argument('<id>', 'the device')
      .action(async (deviceId: string, options: CommonOptions) => {
        const result = await operate(configFor(options), 'deviceState', { deviceId, state });
        print(options, result, () => [`${result.deviceId}: ${result.state}`]);
      });
  }
}

function addProducts(device: Command): void {
  withCommon(device.command('products'))
    .description('products with the version of their thing model')
    .action(async (options: CommonOptions) => {
      const result = await operate(configFor(options), 'deviceProducts', {});
      print(options, result, () =>
        table(
          result.products.map(({ product, version, published, draft }) => ({
            product,
            name: (published ?? draft)?.zh ?? '',
            version,
            properties: published?.properties.length ?? 0,
            draft: draft === null ? '' : 'draft',
          })),
        ),
      );
    });
  withCommon(device.command('publish'))
    .description('make a thing model count: a JSON file, see `anju device products --json`')
    .argument('<file>', 'the thing model')
    .action(async (file: string, options: CommonOptions) => {
      const result = await operate(configFor(options), 'deviceProductPublish', {
        model: await modelIn(file),
      });
      print(options, result, () => [`${result.product}: version ${result.version}`]);
    });
}

async function modelIn(file: string): Promise<ThingModelInput> {
  try {
    return thingModelSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new AppError('bad_request', `${file} is no thing model.`, {
      where: { path: file },
      fix: cause instanceof Error ? cause.message.slice(0, 500) : undefined,
      cause,
    });
  }
}
