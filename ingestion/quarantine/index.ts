export {
  act,
  type ActionRequest,
  type ActionResult,
  MOST_ROWS,
  ONE_BLOCK,
  settleActions,
} from './actions.ts';
export { issueList } from './issue-list.ts';
export { ITEM_STATES, waitingSql } from './items.ts';
export {
  countQuarantine,
  elementMask,
  listQuarantine,
  type MaskOf,
  quarantineItem,
  type QuarantineFilter,
} from './list.ts';
