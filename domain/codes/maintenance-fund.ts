/** Code lists of the special housing maintenance funds (住宅专项维修资金), by the clauses of CJJ/T 258; CJJ/T 257 has the full ones. */
import { codeList } from './list.ts';

export const maintenanceFundLists = {
  maintenance_fund_institution: codeList('维修资金机构类型', 'CJJ/T 258 4.1.1', [
    ['administration', '管理机构', '维修资金管理机构', '主管部门', '维修资金管理中心', '1'],
    ['bank', '专户管理银行', '专户银行', '开户银行', '银行', '2'],
    ['developer', '开发建设单位', '建设单位', '开发企业', '房地产开发企业', '3'],
    ['property_company', '物业服务企业', '物业公司', '物业企业', '物业管理企业', '4'],
    ['contractor', '施工单位', '维修单位', '5'],
    ['insurer', '保险机构', '保险公司', '6'],
  ]),
  maintenance_fund_stage: codeList('维修资金管理阶段', 'CJJ/T 258 2.0.13, 19.2.6', [
    ['hosted', '代管阶段', '代管', '政府代管', '1'],
    ['self_managed', '自管阶段', '自管', '业主自管', '业委会自管', '2'],
  ]),
  maintenance_fund_owner: codeList('业主类型', 'CJJ/T 258 4.2.1', [
    ['person', '个人', '自然人', '1'],
    ['organisation', '单位', '法人', '企业', '机关事业单位', '2'],
  ]),
  maintenance_fund_part: codeList('共用部位及共用设施设备类别', 'CJJ/T 258 2.0.8, 4.2.2', [
    ['roof', '屋面', '屋顶', '楼顶'],
    ['wall', '外墙', '户外墙面', '外墙面'],
    ['stairs', '楼梯间及走廊', '楼道', '走廊通道', '楼梯间'],
    ['structure', '承重结构', '基础', '承重墙体', '梁柱楼板'],
    ['lift', '电梯', '客梯', '货梯'],
    ['fire', '消防设施', '消防设备', '消防'],
    ['water', '给排水设施', '二次供水设施', '水泵', '给排水'],
    ['power', '供配电设施', '配电设施', '公共照明', '供电设施'],
    ['security', '安防设施', '监控', '门禁', '安防'],
    ['other', '其他', '其它'],
  ]),
  maintenance_fund_account_state: codeList('分户账户状态', 'CJJ/T 258 5.2', [
    ['normal', '正常', '有效', '1'],
    ['frozen', '冻结', '已冻结', '2'],
    ['cancelled', '注销', '已销户', '销户', '3'],
  ]),
  maintenance_fund_deposit: codeList('维修资金交存类型', 'CJJ/T 258 5.2.1', [
    ['first', '首次交存', '首期交存', '首次交款', '首交', '1'],
    ['top_up', '续筹', '续交', '续存', '2'],
    ['supplement', '补建', '补建交存', '3'],
    ['recovery', '追缴', '追交', '4'],
    ['make_up', '补齐', '补交差额', '5'],
  ]),
  maintenance_fund_use: codeList('维修资金使用类型', 'CJJ/T 258 6.1.2A, 6.2.1', [
    ['ordinary', '一般使用', '正常使用', '普通使用', '1'],
    ['emergency', '应急使用', '紧急使用', '应急维修', '2'],
    ['insurance', '购买维修险', '购买设施设备维修险', '维修险', '3'],
  ]),
  maintenance_fund_use_state: codeList('使用项目状态', 'CJJ/T 258 6.1.3, 6.2.7', [
    ['applied', '已申请', '申请', '待表决', '受理'],
    ['voting', '表决中', '投票中', '征求意见中'],
    ['working', '施工中', '实施中', '已拨首款'],
    ['accepted', '已验收', '验收', '验收合格', '待结项'],
    ['closed', '已结项', '结项', '完结'],
    ['withdrawn', '已撤回', '撤回', '撤销', '已撤销'],
  ]),
  maintenance_fund_vote: codeList('业主表决意见', '民法典 第二百七十八条; CJJ/T 258 6.2.10', [
    ['agree', '同意', '赞成', '1'],
    ['against', '不同意', '反对', '2'],
    ['abstain', '弃权', '3'],
  ]),
  maintenance_fund_vote_way: codeList('业主表决方式', 'CJJ/T 258 6.2.10', [
    ['paper', '书面表决', '书面', '纸质选票', '书面征求意见', '1'],
    ['electronic', '电子投票', '电子表决', '网络投票', '线上投票', '2'],
    ['meeting', '业主大会', '会议表决', '现场会议', '3'],
  ]),
  maintenance_fund_yield: codeList('维修资金增值类型', 'CJJ/T 258 18.1.1, 19.2.4', [
    ['demand', '活期利息', '活期存款', '活期', '1'],
    ['term', '定期存款', '定期', '定存', '2'],
    ['treasury', '国债', '购买国债', '记账式国债', '3'],
    ['operating', '共有部分经营收益', '经营收益', '广告停车收益', '4'],
  ]),
  maintenance_fund_entry: codeList('分户账业务类型', 'CJJ/T 258 8.1.1, 18.1.1', [
    ['deposit', '交存', '首次交存', '交款', '1'],
    ['top_up', '续筹', '续交', '2'],
    ['yield', '增值收益', '利息', '收益分摊', '结息', '3'],
    ['use', '支用', '使用分摊', '列支', '4'],
    ['refund', '退回', '退款', '资金退回', '5'],
    ['transfer', '划转', '过户划转', '转账', '6'],
  ]),
};
