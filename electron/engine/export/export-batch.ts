/** A batch as a text for other programs: all that its receipts say, or which path has become which key and address. */
import type { Batch } from '../../../shared/domain.ts';
import type { ExportForm } from '../../../shared/history.ts';
import type { ExportedReceipt } from '../../journal/export-rows.ts';
import type { Journal } from '../../journal/journal.ts';
import { crc32ToBase64 } from '../../storage/storage.ts';
import { byteOrderMark, csvLine } from './csv.ts';

/** Of a batch that exists: in pieces, so that a million receipts take no more memory than a few. */
export function* exportPieces(
  journal: Pick<Journal, 'batch' | 'exportedOfBatch'>,
  batchId: number,
  form: ExportForm,
): Generator<string, void> {
  const writer = writers[form](journal.batch(batchId));
  yield writer.begin;
  let isFirst = true;
  for (const receipts of journal.exportedOfBatch(batchId)) {
    const texts = receipts.filter((receipt) => writer.takes(receipt)).map((receipt) => writer.item(receipt));
    if (texts.length === 0) continue;
    yield `${isFirst ? '' : writer.between}${texts.join(writer.between)}`;
    isFirst = false;
  }
  yield writer.end;
}

interface Writer {
  begin: string;
  takes(receipt: ExportedReceipt): boolean;
  item(receipt: ExportedReceipt): string;
  between: string;
  end: string;
}

const writers: Record<ExportForm, (batch: Batch) => Writer> = {
  'receipts-csv': (batch) => ({
    ...csv(receiptColumns, (receipt) => Object.values(flat(receipt, batch))),
    takes: () => true,
  }),
  'receipts-json': ({ id, createdAt, details }) => ({
    begin: `{"format":"sideline-receipts","version":1,"batch":${JSON.stringify({ id, createdAt: iso(createdAt), ...details })},"receipts":[\n`,
    takes: () => true,
    item: (receipt) => JSON.stringify({ ...told(receipt), changes: receipt.changes }),
    between: ',\n',
    end: '\n]}\n',
  }),
  'mapping-csv': () => ({ ...csv(mappingColumns, (receipt) => Object.values(mapped(receipt))), takes: isStillThere }),
  'mapping-json': () => ({
    begin: '[\n',
    takes: isStillThere,
    item: (receipt) => JSON.stringify(mapped(receipt)),
    between: ',\n',
    end: '\n]\n',
  }),
};

function csv(
  columns: readonly string[],
  cells: (receipt: ExportedReceipt) => readonly (string | number | null)[],
): Omit<Writer, 'takes'> {
  return {
    begin: `${byteOrderMark}${csvLine(columns)}`,
    item: (receipt) => csvLine(cells(receipt)),
    between: '',
    end: '',
  };
}

/** A database has no use for what somebody has deleted since. */
function isStillThere({ removedAt }: ExportedReceipt): boolean {
  return removedAt === null;
}

function mapped(receipt: ExportedReceipt) {
  const { source, key, url } = receipt;
  return { path: source, key, url, output: outputOf(receipt) };
}
const mappingColumns = ['path', 'key', 'url', 'output'] satisfies (keyof ReturnType<typeof mapped>)[];

/** Times as ISO 8601 in UTC, sizes in bytes. */
function told(receipt: ExportedReceipt) {
  const { crc32, etag, versionId, integrity, begunAt, finishedAt, url, destinationName, connectionName, removedAt } =
    receipt;
  return {
    path: receipt.source,
    pathBytes: receipt.sourceSize,
    output: outputOf(receipt),
    key: receipt.key,
    bucket: receipt.bucket,
    bytes: receipt.size,
    type: receipt.type,
    crc32: crc32 === null ? null : crc32.toString(16).padStart(8, '0'),
    crc32Base64: crc32 === null ? null : crc32ToBase64(crc32),
    ...{ etag, versionId, integrity },
    began: begunAt === null ? null : iso(begunAt),
    finished: iso(finishedAt),
    ...{ url, destination: destinationName, connection: connectionName },
    deleted: removedAt === null ? null : iso(removedAt),
  };
}

/** As `told`, with the details of the batch in every line. */
function flat(receipt: ExportedReceipt, { id, details }: Batch) {
  const { title, description, tags, event, session, person } = details;
  return {
    ...told(receipt),
    changes: receipt.changes === null ? null : receipt.changes.join(', '),
    ...{ batch: id, title, description, tags: tags.join(', '), event, session, person },
  };
}
const receiptColumns = [
  ...['path', 'pathBytes', 'output', 'key', 'bucket', 'bytes', 'type', 'crc32', 'crc32Base64'],
  ...['etag', 'versionId', 'integrity', 'began', 'finished', 'url', 'destination', 'connection', 'deleted', 'changes'],
  ...['batch', 'title', 'description', 'tags', 'event', 'session', 'person'],
];

/** What of the file it is: the file, its original, another size by its name, a still. */
function outputOf({ role, outputName }: ExportedReceipt): string {
  return outputName ?? role;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
