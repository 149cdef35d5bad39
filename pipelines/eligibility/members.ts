/** Who the people of a pre-review are. Outcomes name them by their number in the household; names are looked up when somebody asks, masked unless revealed. */
import { maskText } from '../../domain/masking.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type DeliveryOfRows, deliveriesOf } from '../lineage/deliveries.ts';
import { readCase } from './case.ts';
import { stdTable } from './facts-sql.ts';
import type { Review } from './review.ts';

export interface ShownMember {
  memberNo: string;
  isApplicant: boolean;
  name: string;
  idNumber: string;
}

export async function membersOfReview(
  { warehouse }: Pick<Platform, 'warehouse'>,
  { applicationNo, day, knownAt }: Pick<Review, 'applicationNo' | 'day' | 'knownAt'>,
  isRevealed: boolean,
): Promise<ShownMember[]> {
  const { members } = await readCase(warehouse, applicationNo, { day, knownAt });
  return members.map(({ memberNo, isApplicant, name, idNumber }) => ({
    ...{ memberNo, isApplicant },
    name: isRevealed ? name : maskText('name', name),
    idNumber: isRevealed ? idNumber : maskText('id_number', idNumber),
  }));
}

export type Source = Pick<
  DeliveryOfRows,
  'dataset' | 'batchId' | 'deliveryId' | 'fileName' | 'businessDate' | 'certificate' | 'rowNos'
>;

/** The files the evidence of a review came in, with the rows in them. */
export async function sourcesOfReview(
  { store }: Pick<Platform, 'store'>,
  { outcomes }: Pick<Review, 'outcomes'>,
): Promise<Source[]> {
  const rows = outcomes.flatMap(({ evidence }) =>
    evidence.map(({ dataset, batchId, rowNo }) => ({
      ...{ relation: stdTable(dataset), batchId: Number(batchId), rowNo: Number(rowNo) },
    })),
  );
  return (await deliveriesOf(store, rows)).map(
    ({ dataset, batchId, deliveryId, fileName, businessDate, certificate, rowNos }) => ({
      ...{ dataset, batchId, deliveryId, fileName, businessDate, certificate, rowNos },
    }),
  );
}
