/** A list of orphans as a text for other programs: whoever deletes what another computer may have sent asks there first. */
import type { OrphanRow } from '../../../shared/orphans.ts';
import { orphans } from '../../../shared/strings/orphans.ts';
import { byteOrderMark, csvLine } from '../../engine/export/csv.ts';

const { columns } = orphans;

/** In pieces, so that a million rows take no more memory than a few. */
export async function* orphanPieces(
  list: OrphanRow['list'],
  rows: AsyncIterable<OrphanRow>,
  format: 'csv' | 'json',
): AsyncGenerator<string> {
  yield format === 'csv'
    ? `${byteOrderMark}${csvLine(columns[list])}`
    : `{"format":"sideline-orphans","version":1,"list":${JSON.stringify(list)},"rows":[\n`;
  let isFirst = true;
  for await (const row of rows) {
    const cells = cellsOf(row);
    const object = () => Object.fromEntries(columns[list].map((name, at) => [name, cells[at] ?? null]));
    yield format === 'csv' ? csvLine(cells) : `${isFirst ? '' : ',\n'}${JSON.stringify(object())}`;
    isFirst = false;
  }
  if (format === 'json') yield '\n]}\n';
}

function cellsOf(row: OrphanRow): (string | number | null)[] {
  switch (row.list) {
    case 'unknown':
      return [row.key, row.size, row.modified === 0 ? null : timeOf(row.modified)];
    case 'missing':
      return [
        ...[row.key, row.size, timeOf(row.finishedAt), row.source],
        ...[row.record?.name ?? null, row.record?.id ?? null],
      ];
    case 'uploads':
      return [row.key, row.uploadId, timeOf(row.initiated), row.parts, row.bytes, row.own ? 'own' : 'other'];
  }
}

const timeOf = (ms: number) => new Date(ms).toISOString();
