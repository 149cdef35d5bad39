/** What is wrong in the maintenance funds: `truth/maintenance-fund.csv`, one row a finding. Amounts in yuan. */
import { dayText, NEVER } from './calendar.ts';
import { statedBalances } from './tables/fund-money.ts';
import { depositNo, type FundBooks, isVoteShort, TOP_UP_SHARE, useNo } from './world/fund-books.ts';
import { accountNo } from './world/maintenance-fund.ts';
import { yuan } from './world/numbers.ts';

export const FUND_COLUMNS = ['kind', 'key', 'since', 'stated', 'expected'];

/** `deposit_missing`, `balance_low`, `ledger_mismatch`, `overpaid`, `vote_short`; the key is of the deposit, account or project. */
export function* fundFindings(books: FundBooks, asOf: number): Generator<string[]> {
  for (const [i, { dueOn, due, paidOn }] of books.deposits.entries())
    if (dueOn <= asOf && paidOn > asOf)
      yield ['deposit_missing', depositNo(i), dayText(dueOn), '0.00', yuan(due)];
  const stated = statedBalances(books, asOf);
  for (const home of books.homes) {
    const [balance = 0, due = 0] = [stated[home.index], books.firstDue[home.index]];
    const paidOn = books.deposits[home.index]?.paidOn ?? NEVER;
    if (home.ownedSince > asOf || paidOn > asOf) continue;
    if (balance < due * TOP_UP_SHARE)
      yield ['balance_low', accountNo(home), '', yuan(balance), yuan(Math.round(due * TOP_UP_SHARE))];
    const wrong = books.misstated.get(home.index);
    if (wrong !== undefined)
      yield ['ledger_mismatch', accountNo(home), '', yuan(balance), yuan(balance - wrong)];
  }
  for (const use of books.uses) {
    const paid = use.payments.reduce((sum, { fen, day }) => (day <= asOf ? sum + fen : sum), 0);
    if (use.votedOn <= asOf && paid > use.voted)
      yield ['overpaid', useNo(use), dayText(use.votedOn), yuan(paid), yuan(use.voted)];
    if (use.votedOn <= asOf && isVoteShort(use))
      yield ['vote_short', useNo(use), dayText(use.votedOn), '', ''];
  }
}
