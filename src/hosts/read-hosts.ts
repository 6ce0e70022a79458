import { assertNever } from '../core/assert-never.ts';
import { checkInterrupted } from '../core/interrupt.ts';
import { CsvRows } from './csv-rows.ts';
import type { FindingsBag } from './findings-bag.ts';
import type { Host } from './host.ts';
import { HostReader } from './host-reader.ts';
import { JsonRows } from './json-rows.ts';
import type { RawRow, ReportFault, RowReader } from './raw-row.ts';
import { checkEncoding, type HostFormat, type HostSource } from './source.ts';
import { YamlRows } from './yaml-rows.ts';

/**
 * The hosts of a file that are right, in its order, some hundred at a time; everything else goes to the bag. CSV and JSON are never whole in
 * memory.
 * @throws FactoryError `input.invalid` for UTF-16, `interrupted`
 */
export async function* readHosts(
  source: Pick<HostSource, 'file' | 'format' | 'open'>,
  bag: FindingsBag,
  signal?: AbortSignal,
): AsyncGenerator<readonly Host[]> {
  const { file } = source;
  const rows = createRows(source.format, ({ isRow = false, ...fault }) => {
    bag.isFileWrong ||= !isRow;
    bag.add({ severity: 'error', file, ...fault });
  });
  const reader = new HostReader(file, bag);
  const judge = (batch: readonly RawRow[]) => batch.flatMap((row) => reader.read(row) ?? []);
  const decoder = new TextDecoder();
  let isFirst = true;
  for await (const bytes of source.open()) {
    checkInterrupted(signal);
    if (isFirst) checkEncoding(bytes, file);
    isFirst = false;
    const hosts = judge(rows.push(decoder.decode(bytes, { stream: true })));
    if (hosts.length > 0) yield hosts;
    if (rows.isOver) return;
  }
  const hosts = judge([...rows.push(decoder.decode()), ...rows.end()]);
  if (hosts.length > 0) yield hosts;
  if (reader.count > 0 || bag.errorCount > 0) return;
  bag.isFileWrong = true;
  bag.add({ severity: 'error', file, path: '', message: 'has no hosts; accepted: at least one' });
}

function createRows(format: HostFormat, report: ReportFault): RowReader {
  switch (format) {
    case 'csv':
      return new CsvRows(report);
    case 'json':
      return new JsonRows(report);
    case 'yaml':
      return new YamlRows(report);
    default:
      return assertNever(format);
  }
}
