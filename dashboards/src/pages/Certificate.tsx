import { call } from '../api/client.ts';
import { instant } from '../format.ts';
import { useSettings } from '../settings.tsx';
import { Failure } from './Shell.tsx';
import { useAsk } from './useAsk.ts';

interface Signed {
  certificate: {
    instance: string;
    sequence: number;
    previous: string | null;
    dataset: string;
    owner: string;
    file: { name: string; sha256: string | null; bytes: number; encoding: string | null };
    businessDate: string | null;
    receivedAt: string;
    outcome: 'loaded' | 'repeat' | 'refused';
    batch: { batchId: number; rows: Record<string, number> } | null;
    refusal: Record<string, string> | null;
    findings: {
      contract: { version: number; fingerprint: string };
      schema: { columns: string[]; fingerprint: string };
      declared: { rows?: number; totals: { column: string; total: string }[] } | null;
      counted: {
        keys: number;
        sums: { column: string; sum: string }[];
        dates: { column: string; from: string; to: string } | null;
      };
      rejects: { rule: string; field: string; rows: number }[];
      content: { rows: number; hash: string };
    } | null;
    notes: string[];
  };
}

const rowWords: Record<string, readonly [string, string]> = {
  landed: ['接收', 'landed'],
  loaded: ['装载', 'loaded'],
  quarantined: ['隔离', 'quarantined'],
  deduplicated: ['重复', 'deduplicated'],
  deleted: ['删除', 'deleted'],
};

/** The arrival certificate of a delivery, and the signed file itself for `anju verify`. */
export function Certificate({ delivery }: { delivery: string }) {
  const { lang, t } = useSettings();
  const path = `/api/deliveries/${encodeURIComponent(delivery)}/certificate`;
  const answer = useAsk(path, (signal) => call<Signed>(path, { signal }));
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return <p className="nothing">{t('loading')}</p>;
  const { certificate: of } = answer.data;
  const found = of.findings;
  const is = (zh: string, en: string) => (lang === 'zh' ? zh : en);
  const lines: [string, string][] = [
    [
      is('文件', 'File'),
      `${of.file.name} · ${of.file.bytes.toLocaleString()} B · ${of.file.encoding ?? '—'}`,
    ],
    ['SHA-256', of.file.sha256 ?? '—'],
    [is('责任单位', 'Agency'), of.owner],
    [is('到达时间', 'Received'), instant(of.receivedAt)],
    [is('业务日期', 'Business date'), of.businessDate ?? '—'],
    [
      is('行数', 'Rows'),
      of.batch
        ? Object.entries(of.batch.rows)
            .map(
              ([name, rows]) => `${rowWords[name]?.[lang === 'zh' ? 0 : 1] ?? name} ${rows.toLocaleString()}`,
            )
            .join(' · ')
        : '—',
    ],
    ...(of.refusal ? [[is('拒收原因', 'Refused'), of.refusal['message'] ?? ''] as [string, string]] : []),
    ...(found
      ? ([
          [
            is('申报合计', 'Declared'),
            found.declared
              ? [
                  ...(found.declared.rows === undefined
                    ? []
                    : [`${is('行数', 'rows')} ${found.declared.rows}`]),
                  ...found.declared.totals.map(({ column, total }) => `${column} ${total}`),
                ].join(' · ')
              : is('文件未申报', 'none in the file'),
          ],
          [
            is('实收合计', 'Counted'),
            [
              `${is('主键', 'keys')} ${found.counted.keys.toLocaleString()}`,
              ...found.counted.sums.map(({ column, sum }) => `${column} ${sum}`),
            ].join(' · '),
          ],
          [
            is('数据日期', 'Dates'),
            found.counted.dates ? `${found.counted.dates.from} – ${found.counted.dates.to}` : '—',
          ],
          [
            is('隔离原因', 'Turned away'),
            found.rejects.map(({ rule, field, rows }) => `${field || '*'}:${rule} ${rows}`).join(' · ') ||
              '—',
          ],
          [
            is('契约版本', 'Contract'),
            `${found.contract.version} · ${found.contract.fingerprint.slice(0, 16)}`,
          ],
          [is('内容指纹', 'Content'), `${found.content.rows.toLocaleString()} · ${found.content.hash}`],
        ] satisfies [string, string][])
      : []),
    [is('签发实例', 'Signed by'), of.instance],
    [is('上一凭证', 'Previous'), of.previous ?? '—'],
  ];
  return (
    <section>
      <h2>
        {t('certificate')} {of.dataset} № {of.sequence}
      </h2>
      <div className="table-box">
        <table aria-label={t('certificate')}>
          <tbody>
            {lines.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="wrapped">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        <a href={path} download={`certificate-${of.dataset}-${of.sequence}.json`}>
          {t('downloadCertificate')}
        </a>{' '}
        <span className="hint">anju verify</span>
      </p>
    </section>
  );
}
