/** Code lists of property management (GB/T 20299.3, draft): equipment, inspection, maintenance, incidents, energy. */
import { codeList } from './list.ts';

export const propertyManagementLists = {
  facility_kind: codeList('设施设备类别', 'GB/T 20299.3（征求意见稿）, 004:434-584', [
    ['lift', '电梯', '客梯', '货梯'],
    ['fire', '消防', '消防设施', '消防系统'],
    ['water_supply', '给水', '二次供水', '供水泵房', '生活水泵'],
    ['drainage', '排水', '污水泵', '集水井'],
    ['power', '供配电', '配电', '变配电', '配电房'],
    ['lighting', '照明', '公共照明', '路灯'],
    ['access', '出入口控制', '门禁', '单元门'],
    ['video', '视频监控', '监控', '摄像机'],
    ['parking', '停车场', '停车管理', '车辆道闸'],
    ['charging', '充电桩', '充电设施', '电动车充电'],
    ['other', '其他', '其它'],
  ]),
  facility_state: codeList('设施设备状态', 'GB/T 20299.3（征求意见稿）, 004:434-441', [
    ['normal', '正常', '正常运行', '运行', '在用'],
    ['fault', '故障', '报警', '异常'],
    ['stopped', '停用', '停运', '暂停使用'],
    ['scrapped', '报废', '已报废', '注销'],
  ]),
  inspection_result: codeList('巡检结果', 'GB/T 20299.3（征求意见稿）, 004:354-358, 004:417-424', [
    ['normal', '正常', '合格', '无异常'],
    ['minor', '一般隐患', '轻微隐患', '一般缺陷'],
    ['major', '重大隐患', '严重隐患', '严重缺陷'],
  ]),
  inspection_kind: codeList('巡检类型', 'GB/T 20299.3（征求意见稿）, 004:354-358', [
    ['regular', '日常巡检', '日常检查', '定期巡检', '例行巡检'],
    ['special', '专项检查', '专项排查'],
    ['seasonal', '季节性检查', '季节检查', '汛期检查'],
    ['holiday', '节假日检查', '节前检查'],
    ['surprise', '突击检查', '抽查'],
  ]),
  maintenance_kind: codeList('维保类型', 'GB/T 20299.3（征求意见稿）, 004:417-430', [
    ['routine', '日常保养', '保养', '例行保养', '半月保养'],
    ['overhaul', '大修', '中修', '大中修'],
    ['repair', '维修', '故障维修', '抢修'],
    ['replacement', '更新改造', '更换', '更新'],
  ]),
  incident_kind: codeList('物业事件类型', 'GB/T 20299.3（征求意见稿）, 004:328-350', [
    ['fire_alarm', '火灾报警', '火警', '烟感报警'],
    ['lift_trapped', '电梯困人', '困人'],
    ['lift_fault', '电梯故障', '电梯停运'],
    ['passage_blocked', '通道堵塞', '消防通道占用', '占用消防通道'],
    ['e_bike', '电动车入楼', '电动自行车入楼', '电动车上楼充电', '电动车入电梯'],
    ['high_throwing', '高空抛物', '抛物'],
    ['intrusion', '入侵报警', '周界报警', '非法闯入'],
    ['flooding', '积水溢水', '溢水', '跑水', '积水'],
    ['power_cut', '停电', '断电', '供电中断'],
    ['other', '其他', '其它'],
  ]),
  incident_state: codeList('物业事件状态', 'GB/T 20299.3（征求意见稿）, 004:412-414', [
    ['reported', '已上报', '已报事', '待处理'],
    ['handling', '处理中', '处置中', '已派单'],
    ['done', '已处理', '已处置', '处理完毕'],
    ['closed', '已关闭', '已办结', '办结'],
    ['false_alarm', '误报', '误报警', '虚警'],
  ]),
  energy_unit: codeList('能耗计量单位', 'GB 3100; GB/T 20299.3（征求意见稿）, 004:564-568', [
    ['kilowatt_hour', '千瓦时', 'KWH', '度', 'KW·H'],
    ['cubic_metre', '立方米', 'M3', '吨', '方', 'M³'],
    ['gigajoule', '吉焦', 'GJ', '百万千焦'],
  ]),
  energy_item: codeList('能耗分项', 'GB/T 20299.3（征求意见稿）, 004:564-568', [
    ['lighting', '公共照明', '照明', '照明用电'],
    ['lift', '电梯用电', '电梯'],
    ['pump', '水泵用电', '水泵', '动力用电'],
    ['greening', '绿化用水', '绿化', '绿化浇灌'],
    ['cleaning', '保洁用水', '保洁', '清洁用水'],
    ['total', '总表', '合计', '总量'],
  ]),
};
