export { act, type ActionRequest, type ActionResult, settleActions } from './actions.ts';
export { issueList } from './issue-list.ts';
export { ITEM_STATES } from './items.ts';
export {
  countQuarantine,
  elementMask,
  listQuarantine,
  type MaskOf,
  quarantineItem,
  type QuarantineFilter,
} from './list.ts';
