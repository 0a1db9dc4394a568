/** sideline history: what was sent, and where it is. */
import Database from 'better-sqlite3';
import { SidelineError } from '../../shared/errors.ts';
import { formatBytes, formatCount, printable } from '../../shared/format.ts';
import type { HistoryBatch, HistoryPage, HistoryQuery, HistoryRow } from '../../shared/history.ts';
import { historyBatches } from '../journal/history-batches.ts';
import { createHistoryFinder } from '../journal/history-finder.ts';
import type { Journal } from '../journal/journal.ts';
import type { HistoryOptions } from './arguments.ts';
import { destinationNamed } from './destination.ts';
import { jsonLine } from './json-line.ts';
import { reading } from './reading.ts';

interface Options extends HistoryOptions {
  dataDir: string;
  json: boolean;
}

/** The newest first. Throws `invalid-input` where a destination is unknown. */
export function showHistory(options: Options): Promise<0> {
  return reading(options.dataDir, (journal) => {
    const text = options.batches ? batchesText(journal, options) : filesText(journal, options);
    process.stdout.write(text);
    return 0 as const;
  });
}

function batchesText(journal: Journal | null, { json, limit }: Options): string {
  const all = journal === null ? [] : historyBatches(journal).slice(0, limit);
  if (json) return all.map((one) => jsonLine(one)).join('');
  return all.length === 0 ? nothing : all.map((one) => `${printable(batchLine(one))}\n`).join('');
}

function batchLine({ id, name, createdAt, objects, bytes, details }: HistoryBatch): string {
  const tags = details.tags.length === 0 ? '' : ` [${details.tags.join(', ')}]`;
  const sum = `${formatCount(objects, 'object', 'objects')}, ${formatBytes(bytes)}`;
  return `Upload ${id}, ${new Date(createdAt).toLocaleString()}: ${name}${tags}, ${sum}`;
}

function filesText(journal: Journal | null, options: Options): string {
  const { total, rows } = journal === null ? { total: 0, rows: [] } : find(journal, options);
  if (options.json) return rows.map((row) => jsonLine(row)).join('');
  if (total === 0) return nothing;
  const more = total - rows.length;
  const rest = more === 0 ? '' : `... and ${formatCount(more, 'object', 'objects')} more: see --limit\n`;
  return `${rows.map((row) => `${printable(rowLine(row))}\n`).join('')}${rest}`;
}

const nothing = 'Nothing was sent that fits.\n';

function find(journal: Journal, options: Options): HistoryPage {
  const database = new Database(journal.file, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    const finder = createHistoryFinder(database);
    finder.readAll();
    return finder.page(queryOf(journal, options), 0, options.limit);
  } finally {
    database.close();
  }
}

function queryOf(journal: Journal, options: Options): HistoryQuery {
  const { search = '', destination, tag = null, batch = null, since = null, until = null } = options;
  if (since !== null && until !== null && since >= until)
    throw new SidelineError('invalid-input', { subject: '--until: it is not after --since.' });
  return {
    ...{ search, kinds: [], tag, batchId: batch, from: since, until },
    destinationIds: destination.map((name) => destinationNamed(journal.destinations(), name, '--destination').id),
    sort: { by: 'finished', descending: true },
  };
}

function rowLine({
  id,
  finishedAt,
  size,
  source,
  url,
  key,
  destinationName,
  removedAt,
  sessionFiles,
}: HistoryRow): string {
  const to = destinationName === null ? '' : ` (${destinationName})`;
  const when = new Date(finishedAt).toLocaleString();
  const marks = [sessionFiles === null ? '' : ', a session', removedAt === null ? '' : ', deleted'].join('');
  return `#${id}  ${when}  ${formatBytes(size).padStart(9)}  ${source} -> ${url ?? key}${to}${marks}`;
}
