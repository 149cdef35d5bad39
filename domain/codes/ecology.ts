/** Code lists of the ecology platform (生态建设): suppliers, what they offer, what is asked for, and what came of it. The requirement names the states; the kinds are ours. */
import { codeList } from './list.ts';

export const ecologyLists = {
  supplier_category: codeList('供应商类别', '002:5193, 002:5221', [
    ['equipment', '设备供应', '设备供应商', '智能设备', '智能硬件', '设备商'],
    ['furnishing', '家具家电', '家具家电供应', '家具', '家电'],
    ['construction', '装修施工', '装修', '装饰装修', '施工'],
    ['maintenance', '维修维保', '维保服务', '维修服务', '维保'],
    ['material', '建材供应', '建材', '建筑材料'],
    ['service', '生活服务', '服务', '保洁家政', '家政服务'],
    ['other', '其他', '其它'],
  ]),
  supplier_state: codeList('供应商状态', '002:2207, 002:2227, 002:5245-5249', [
    ['applied', '待审核', '申请中', '已申请', '审核中'],
    ['approved', '已通过', '通过', '正常', '审核通过'],
    ['rejected', '已驳回', '驳回', '审核未通过'],
    ['blacklisted', '黑名单', '已拉黑', '列入黑名单'],
    ['deregistered', '已注销', '注销', '退出'],
  ]),
  product_category: codeList('产品类别', '002:5213, 002:5361', [
    ['face_access', '人脸门禁', '门禁设备'],
    ['smart_lock', '智能门锁', '门锁'],
    ['entry_sensor', '出入识别传感器', '出入传感器'],
    ['smart_breaker', '智能空开', '智能断路器'],
    ['air_monitor', '环境质量监测设备', '环境监测设备', '环境监测'],
    ['water_meter', '智能水表', '水表'],
    ['electricity_meter', '智能电表', '电表'],
    ['furniture', '家具家电', '家具', '家电'],
    ['material', '建筑材料', '建材'],
    ['service', '服务', '维修服务', '装修服务', '保洁服务'],
    ['other', '其他', '其它'],
  ]),
  product_state: codeList('产品状态', '002:2217, 002:5259-5271', [
    ['unpublished', '未发布', '草稿', '待审核', '审核中'],
    ['rejected', '审核未通过', '已驳回', '驳回'],
    ['published', '已发布', '上架', '在售', '已上架'],
    ['delisted', '已下架', '下架', '供应商下架'],
    ['removed', '监管下架', '强制下架', '违规下架'],
  ]),
  demand_state: codeList('采购需求状态', '002:2193, 002:5279', [
    ['open', '进行中', '已发布', '发布中'],
    ['met', '已满足', '已成交', '已完成'],
    ['delisted', '已下架', '下架', '撤回'],
    ['blocked', '被屏蔽', '已屏蔽', '屏蔽'],
  ]),
  cooperation_kind: codeList('合作类型', '002:5337', [
    ['demand', '企业需求', '需求'],
    ['product', '供应商产品', '产品'],
  ]),
  cooperation_state: codeList('合作状态', '002:5201-5203, 002:5337', [
    ['intent', '意向', '意向合作', '洽谈中'],
    ['confirmed', '已确认', '履约中', '合作中'],
    ['completed', '已完成', '完成', '已履约'],
    ['broken', '供应商违约', '未履约', '供应商取消'],
    ['cancelled', '已取消', '取消', '双方取消'],
  ]),
  evaluated_party: codeList('评价对象', '002:963, 002:5335', [
    ['supplier', '供应商', '供方'],
    ['buyer', '采购企业', '需方', '需求方'],
  ]),
  evaluation_scope: codeList('评价公开范围', '002:5339', [
    ['public', '公开', '是', '1'],
    ['internal', '仅供信用体系内部使用', '不公开', '否', '0'],
  ]),
  product_complaint_state: codeList('产品投诉核实', '002:2177', [
    ['reported', '待核实', '已受理', '核实中'],
    ['confirmed', '属实', '已核实属实', '成立'],
    ['unfounded', '不属实', '不成立', '误投'],
  ]),
};
