/** The log of a deletion as a text for other programs: all objects, what became of each, and why. */
import type { DeletionEntry } from '../../../shared/deletions.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import { byteOrderMark, csvLine } from '../../engine/export/csv.ts';
import { logFile } from './log-folder.ts';
import { openLogReader } from './log-reader.ts';
import { deletionInfo } from './past.ts';

export type ExportFormat = 'csv' | 'json';

const { columns } = deletions;

/** In pieces, so that a million objects take no more memory than a few. Throws as `deletionInfo`. */
export async function* deletionPieces(
  dataFolder: string,
  id: string,
  format: ExportFormat,
): AsyncGenerator<string, void> {
  const info = await deletionInfo(dataFolder, id);
  const reader = await openLogReader(logFile(dataFolder, id), id);
  try {
    yield format === 'csv'
      ? `${byteOrderMark}${csvLine(Object.values(columns))}`
      : `{"format":"sideline-deletion","version":1,"deletion":${JSON.stringify({ ...info, at: new Date(info.at).toISOString() })},"objects":[\n`;
    let isFirst = true;
    for await (const items of reader.items(() => true)) {
      const texts: string[] = [];
      for (const item of items) texts.push(textOf(await reader.entry(item), format));
      yield format === 'csv' ? texts.join('') : `${isFirst ? '' : ',\n'}${texts.join(',\n')}`;
      isFirst = false;
    }
    if (format === 'json') yield '\n]}\n';
  } finally {
    await reader.close();
  }
}

function textOf({ key, size, versionId, markerId, outcome, reason }: DeletionEntry, format: ExportFormat): string {
  const why = reason?.message ?? null;
  if (format === 'csv') return csvLine([key, size, versionId, markerId, outcome, why]);
  return JSON.stringify({
    ...{ [columns.key]: key, [columns.size]: size, [columns.versionId]: versionId },
    ...{ [columns.markerId]: markerId, [columns.outcome]: outcome, [columns.reason]: why },
  });
}
