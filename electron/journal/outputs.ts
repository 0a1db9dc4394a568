/** What of a file goes up, of the transfers that have a target: one write or one read each. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { outputSchema, type Output } from '../../shared/output.ts';
import { json } from './rows.ts';

/** `beginWrite` goes before every write. */
export function outputStatements(database: Database.Database, beginWrite: () => void) {
  const sql = (text: string) => database.prepare(text);
  const row = json(outputSchema);
  const reads = {
    one: sql('SELECT output FROM outputs WHERE transfer_id = ?').pluck(),
    ofOrigin: sql('SELECT transfer_id FROM outputs WHERE origin_id = ? ORDER BY transfer_id').pluck(),
  };
  const files = sql(
    `SELECT count(*) FROM transfers t JOIN outputs o ON o.transfer_id = t.id
     WHERE t.batch_id = ? AND t.target_id IS NOT NULL AND o.origin_id IS NULL`,
  ).pluck();
  const writes = {
    add: sql('INSERT INTO outputs (transfer_id, origin_id, output) VALUES (?, ?, ?)'),
    set: sql('UPDATE outputs SET output = ? WHERE transfer_id = ?'),
  };

  return {
    /** null: the transfer has no target */
    output(transferId: number): Output | null {
      const text = reads.one.get(transferId);
      return text === undefined ? null : row.parse(text);
    },
    /** The transfers of what is made from this one's file. */
    madeFrom: (transferId: number): number[] => z.array(z.number()).parse(reads.ofOrigin.all(transferId)),
    /** Files of a batch that were planned for its targets. */
    filesOfTargets: (batchId: number): number => Number(files.get(batchId)),
    addOutput(transferId: number, originId: number | null, output: Output): void {
      beginWrite();
      writes.add.run(transferId, originId, JSON.stringify(output));
    },
    setOutput(transferId: number, output: Output): void {
      beginWrite();
      writes.set.run(JSON.stringify(output), transferId);
    },
  };
}
