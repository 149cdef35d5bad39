/**
 * The thing models every installation begins with (catalog E.2). Thresholds the requirement leaves open (K-30) are settings
 * with these defaults: staff change them by a new version.
 */
import { type ThingModel, type ThingModelInput, thingModelSchema } from './thing-model.ts';

const battery = {
  name: 'battery',
  zh: '电量',
  unit: '%',
  min: 0,
  max: 100,
  // The one threshold the requirement gives (002:6999).
  low: 20,
} as const;
const DAY = 86_400;

const waterMeter = (product: string, zh: string, reference: string): ThingModelInput => ({
  product,
  zh,
  reference,
  properties: [
    { name: 'volume', zh: '累计用水量', unit: 'm3', min: 0, max: 99_999.999 },
    { name: 'flow', zh: '瞬时流量', unit: 'm3/h', min: 0, max: 20, high: 3 },
    { name: 'valve', zh: '阀门', type: 'code', codes: { closed: 0, open: 1, fault: 2 } },
    battery,
  ],
  events: [
    { name: 'drip', zh: '滴漏', level: 'warning' },
    { name: 'burst', zh: '爆管', level: 'alarm' },
  ],
  commands: [
    { name: 'set_valve', zh: '开关阀', parameters: [{ name: 'open', zh: '打开', type: 'boolean' }] },
  ],
  heartbeatSeconds: DAY,
  meter: { kind: 'water', register: 'volume', digits: 5, mostPerDay: 10 },
});

const shipped: ThingModelInput[] = [
  waterMeter('cold-water-meter', '冷水表', 'DEV-13, 002:9589'),
  waterMeter('hot-water-meter', '热水表', 'DEV-14, 002:9617'),
  {
    product: 'electricity-meter',
    zh: '智能电表',
    reference: 'DEV-12, 002:9565',
    properties: [
      { name: 'energy', zh: '累计用电量', unit: 'kWh', min: 0, max: 999_999.999 },
      { name: 'power', zh: '功率', unit: 'kW', min: 0, max: 100, high: 8 },
      { name: 'voltage', zh: '电压', unit: 'V', min: 0, max: 500, low: 198, high: 235.4 },
      { name: 'current', zh: '电流', unit: 'A', min: 0, max: 200, high: 40 },
      { name: 'relay', zh: '通断', type: 'code', codes: { off: 0, on: 1 } },
    ],
    events: [
      { name: 'overload', zh: '过载', level: 'alarm' },
      { name: 'leakage', zh: '漏电', level: 'alarm' },
    ],
    commands: [
      { name: 'set_relay', zh: '远程通断', parameters: [{ name: 'on', zh: '接通', type: 'boolean' }] },
    ],
    heartbeatSeconds: 3600,
    meter: { kind: 'electricity', register: 'energy', digits: 6, mostPerDay: 100 },
  },
  {
    product: 'gas-meter',
    zh: '燃气表',
    reference: '002:9873',
    properties: [
      { name: 'volume', zh: '累计用气量', unit: 'm3', min: 0, max: 99_999.999 },
      { name: 'valve', zh: '阀门', type: 'code', codes: { closed: 0, open: 1, fault: 2 } },
      battery,
    ],
    events: [{ name: 'leak', zh: '泄漏', level: 'alarm' }],
    heartbeatSeconds: DAY,
    meter: { kind: 'gas', register: 'volume', digits: 5, mostPerDay: 20 },
  },
  {
    product: 'door-lock',
    zh: '智能门锁',
    reference: 'DEV-3, 002:9343',
    properties: [battery, { name: 'locked', zh: '上锁', type: 'boolean' }],
    events: [
      { name: 'unlocked', zh: '开锁', level: 'info' },
      { name: 'forced', zh: '强行开启', level: 'alarm' },
      { name: 'wrong_password', zh: '多次密码错误', level: 'warning' },
      { name: 'tampered', zh: '防拆报警', level: 'alarm' },
    ],
    commands: [{ name: 'unlock', zh: '远程开锁' }],
    heartbeatSeconds: 4 * 3600,
  },
  {
    product: 'access-controller',
    zh: '门禁控制器',
    reference: 'DEV-1, DEV-2, 002:9293',
    properties: [{ name: 'door_open', zh: '门开', type: 'boolean' }],
    events: [
      { name: 'passed', zh: '通行', level: 'info' },
      { name: 'refused', zh: '拒绝通行', level: 'info' },
      { name: 'forced', zh: '强行开启', level: 'alarm' },
      { name: 'left_open', zh: '门未关', level: 'warning' },
      { name: 'tampered', zh: '防拆报警', level: 'alarm' },
    ],
    commands: [{ name: 'open', zh: '远程开门' }],
    heartbeatSeconds: 300,
  },
  {
    product: 'smoke-alarm',
    zh: '智能烟感',
    reference: 'DEV-15, 002:10930',
    properties: [
      { name: 'smoke', zh: '烟雾浓度', unit: '%/m', min: 0, max: 100, high: 10, level: 'alarm' },
      battery,
    ],
    events: [
      { name: 'smoke', zh: '烟雾报警', level: 'alarm' },
      { name: 'fault', zh: '故障', level: 'warning' },
    ],
    commands: [{ name: 'mute', zh: '消音' }],
    heartbeatSeconds: DAY,
  },
  {
    product: 'gas-alarm',
    zh: '可燃气体报警器',
    reference: 'I-32, 004:488',
    properties: [
      { name: 'gas', zh: '可燃气体浓度', unit: '%LEL', min: 0, max: 100, high: 10, level: 'alarm' },
    ],
    events: [
      { name: 'gas', zh: '燃气报警', level: 'alarm' },
      { name: 'fault', zh: '故障', level: 'warning' },
    ],
    heartbeatSeconds: 3600,
  },
  {
    product: 'temperature-humidity-sensor',
    zh: '温湿度传感器',
    reference: 'DEV-10, 002:9519',
    properties: [
      { name: 'temperature', zh: '温度', unit: '℃', min: -40, max: 100, low: -5, high: 45 },
      { name: 'humidity', zh: '湿度', unit: '%', min: 0, max: 100 },
      battery,
    ],
    heartbeatSeconds: 1800,
  },
  {
    product: 'gateway',
    zh: 'LoRa 网关',
    reference: 'E1-5, 002:9191',
    properties: [],
    events: [{ name: 'restarted', zh: '重启', level: 'info' }],
    heartbeatSeconds: 60,
  },
];

export const shippedThingModels: readonly ThingModel[] = shipped.map((model) =>
  thingModelSchema.parse(model),
);
