import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppError } from '../../domain/errors.ts';
import type { InstanceKey } from '../../warehouse/instance-keys.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { Dataset } from '../contract.ts';
import { contractsOf } from '../contracts/home.ts';
import {
  type Certificate,
  certificateHash,
  certificateSchema,
  signCertificate,
  type SignedCertificate,
  signedCertificateSchema,
} from './document.ts';
import { findingsSchema } from './findings.ts';

/**
 * Signs the certificate of a delivery that is dealt with, stores it beside the delivered bytes and enters it in the ledger. Made
 * of the ledger alone: no clock, no counting; done again after a crash it writes the same bytes. Issued one at a time, by landing.
 * @param signer as `instanceKey` gives it; read once for many
 */
export async function certify(
  { objects, store }: Platform,
  signer: InstanceKey,
  dataset: Pick<Dataset, 'owner'> | undefined,
  deliveryId: string,
): Promise<void> {
  const about = { ...(await ledgerOf(store, deliveryId)), owner: dataset?.owner ?? '' };
  const { delivery, last } = about;
  if (delivery.is_certified) return;
  const certificate = certificateSchema.parse({
    format: 'anju-arrival-certificate/1',
    instance: signer.instance,
    sequence: (last?.sequence ?? 0) + 1,
    previous: last?.hash ?? null,
    ...statementOf(about),
  } satisfies Certificate);
  const hash = certificateHash(certificate);
  const { sequence, previous } = certificate;
  const objectKey = `${folderOf(delivery)}/certificate-${sequence}-${hash.slice(0, 16)}.json`;
  await objects.put(objectKey, `${JSON.stringify(signCertificate(certificate, signer), null, 2)}\n`);
  await store.db
    .with('entered', (db) =>
      db.insertInto('certificate').values({
        dataset: delivery.dataset,
        sequence,
        delivery_id: deliveryId,
        hash,
        previous,
        object_key: objectKey,
      }),
    )
    .updateTable('delivery')
    .set({ is_certified: true })
    .where('delivery_id', '=', deliveryId)
    .execute();
}

/** Certificates a crash kept from being issued, in order of arrival. */
export async function certifyMissing(platform: Platform, signer: InstanceKey): Promise<void> {
  const missing = await platform.store.db
    .selectFrom('delivery')
    .select(['delivery_id', 'dataset'])
    .where('is_certified', '=', false)
    .where('state', 'in', ['loaded', 'repeat', 'refused'])
    .orderBy('received_at')
    .orderBy('delivery_id')
    .execute();
  if (missing.length === 0) return;
  const contracts = await contractsOf(platform.config);
  for (const { delivery_id, dataset } of missing)
    await certify(platform, signer, contracts.find(dataset), delivery_id);
}

/**
 * The newest certificate of a delivery; one landed again after a withdrawal has several.
 * @throws AppError `not_found` for a delivery nobody knows, or one that is still being loaded
 */
export async function certificateOf(platform: Platform, deliveryId: string): Promise<SignedCertificate> {
  const found = await platform.store.db
    .selectFrom('certificate')
    .select('object_key')
    .where('delivery_id', '=', deliveryId)
    .orderBy('sequence', 'desc')
    .executeTakeFirst();
  if (!found)
    throw new AppError('not_found', 'There is no certificate of this delivery.', {
      where: { delivery: deliveryId },
      fix: 'It is issued once the delivery is loaded or refused.',
    });
  const content = await text(await platform.objects.open(found.object_key));
  return signedCertificateSchema.parse(JSON.parse(content));
}

/** What the ledger knows, asked at once: the delivery, its batch, and the data set's last certificate. */
async function ledgerOf({ db }: Platform['store'], deliveryId: string) {
  const [delivery, batch, last] = await Promise.all([
    db.selectFrom('delivery').selectAll().where('delivery_id', '=', deliveryId).executeTakeFirstOrThrow(),
    db
      .selectFrom('batch')
      .selectAll()
      .where('delivery_id', '=', deliveryId)
      .where('state', '=', 'loaded')
      .orderBy('batch_id', 'desc')
      .executeTakeFirst(),
    db
      .selectFrom('certificate')
      .select(['sequence', 'hash'])
      .where('dataset', '=', (row) =>
        row.selectFrom('delivery').select('dataset').where('delivery_id', '=', deliveryId),
      )
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirst(),
  ]);
  return { delivery, batch, last };
}

type Ledgered = Awaited<ReturnType<typeof ledgerOf>> & { owner: string };

function statementOf({ delivery, batch, owner }: Ledgered) {
  const { state } = delivery;
  if (state === 'received' || state === 'withdrawn')
    throw new AppError('bug', 'A delivery is certified only once it is loaded or refused.');
  return {
    deliveryId: delivery.delivery_id,
    dataset: delivery.dataset,
    owner,
    file: {
      name: delivery.file_name,
      sha256: delivery.sha256,
      bytes: delivery.bytes,
      encoding: delivery.encoding,
    },
    contractVersion: delivery.contract_version,
    businessDate: delivery.business_date,
    receivedAt: delivery.received_at.toISOString(),
    outcome: state,
    batch: batch
      ? {
          batchId: batch.batch_id,
          loadedAt: batch.loaded_at.toISOString(),
          rows: {
            landed: batch.landed,
            loaded: batch.loaded,
            quarantined: batch.quarantined,
            deduplicated: batch.deduplicated,
            deleted: batch.deleted,
          },
        }
      : null,
    refusal: delivery.refusal && textsOf(delivery.refusal),
    findings: batch?.findings ? findingsSchema.parse(batch.findings) : null,
    notes: delivery.notes,
  };
}

const textsOf = (values: Record<string, string | number>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));

/** Beside the delivered bytes; what was refused before its end was seen has none. */
const folderOf = ({ object_key, dataset, delivery_id }: Ledgered['delivery']): string =>
  object_key === null
    ? `landing/${dataset.replace('.', '/')}/refused/${delivery_id}`
    : dirname(object_key).replaceAll('\\', '/');
