/** sideline export: an upload as a file for other programs. */
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExportForm } from '../../shared/history.ts';
import { byteOrderMark } from '../engine/export/csv.ts';
import { exportPieces } from '../engine/export/export-batch.ts';
import { writePieces } from '../engine/export/write-export.ts';
import { knownBatch, reading } from './reading.ts';

interface Options {
  dataDir: string;
  format: 'csv' | 'json';
  /** old path, key and address only */
  mapping: boolean;
  /** undefined: standard output */
  out: string | undefined;
}

/** To standard output without the mark that Excel needs, which other programs stumble over. Throws `invalid-input`. */
export function exportUpload(batchId: number, options: Options): Promise<0> {
  return reading(options.dataDir, async (journal) => {
    const form: ExportForm = `${options.mapping ? 'mapping' : 'receipts'}-${options.format}`;
    const pieces = exportPieces(knownBatch(journal, batchId), batchId, form);
    if (options.out === undefined) await pipeline(Readable.from(unmarked(pieces)), process.stdout, { end: false });
    else {
      const file = path.resolve(options.out);
      await writePieces(file, pieces);
    }
    return 0 as const;
  });
}

function* unmarked(pieces: Iterable<string>): Generator<string, void> {
  for (const piece of pieces) yield piece.startsWith(byteOrderMark) ? piece.slice(byteOrderMark.length) : piece;
}
