/** Where backends said that files may go, and what they are still to be told: one write or one read each. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { integrityModes, type BrokerCounts } from '../../shared/domain.ts';
import { fileRefSchema, placeSchema, type FileRef, type Place } from '../broker/place.ts';
import { json } from './rows.ts';

/** What is known of what arrived, for the receipt. */
export const arrivalProofSchema = z.strictObject({
  etag: z.string().nullable(),
  versionId: z.string().nullable(),
  crc32: z.number().nullable(),
  integrity: z.enum(integrityModes),
});
export type ArrivalProof = z.output<typeof arrivalProofSchema>;

export interface KnownPlace {
  /** `sending`: something may be there; `arrived`: all of it is */
  step: 'asked' | 'sending' | 'arrived' | 'done';
  /** null: it is done */
  place: Place | null;
  ref: FileRef;
  /** ms since 1970: when it was first sent there */
  begunAt: number | null;
  proof: ArrivalProof | null;
}

export interface LeftPlace {
  id: number;
  ref: FileRef;
  why: string;
  /** something may be there */
  begun: boolean;
}

const placeRow = z.object({
  step: z.enum(['asked', 'sending', 'arrived', 'done']),
  place: json(placeSchema).nullable(),
  ref: json(fileRefSchema),
  begunAt: z.number().nullable(),
  proof: json(arrivalProofSchema).nullable(),
});

const leftRow = z.object({
  id: z.number(),
  ref: json(fileRefSchema),
  why: z.string(),
  begun: z.number().transform((flag) => flag === 1),
});

const countsRow = z.object({ successes: z.number(), failures: z.number(), bytes: z.number(), ms: z.number() });

/** `beginWrite` goes before every write. */
export function placeStatements(database: Database.Database, beginWrite: () => void) {
  const sql = (text: string) => database.prepare(text);
  const reads = {
    one: sql('SELECT step, place, ref, begun_at AS begunAt, proof FROM places WHERE transfer_id = ?'),
    ofRecord: sql('SELECT transfer_id FROM places WHERE connection_id = ? AND record_id = ? LIMIT 1').pluck(),
    left: sql('SELECT id, ref, why, begun FROM left_places WHERE connection_id = ? ORDER BY id LIMIT 100'),
    counts: sql('SELECT successes, failures, bytes, ms FROM broker_counts WHERE connection_id = ?'),
    // Given up for good: nobody goes on with these but a person, who begins anew.
    givenUp: sql(
      `SELECT p.transfer_id AS id, coalesce(json_extract(t.reason, '$.kind'), t.state) AS why
       FROM places p JOIN transfers t ON t.id = p.transfer_id
       WHERE p.connection_id = ? AND p.step <> 'done' AND t.state IN ('failed', 'cancelled', 'skipped')`,
    ),
  };
  const writes = {
    put: sql(
      `INSERT OR REPLACE INTO places (transfer_id, connection_id, step, place, ref, record_id)
       VALUES (?, ?, 'asked', ?, ?, ?)`,
    ),
    begin: sql("UPDATE places SET step = 'sending', begun_at = coalesce(begun_at, ?) WHERE transfer_id = ?"),
    arrive: sql("UPDATE places SET step = 'arrived', ref = ?, record_id = ?, proof = ? WHERE transfer_id = ?"),
    end: sql("UPDATE places SET step = 'done', place = NULL WHERE transfer_id = ?"),
    leave: sql(
      `INSERT INTO left_places (connection_id, ref, why, begun)
       SELECT connection_id, ref, ?, step <> 'asked' FROM places WHERE transfer_id = ? AND step <> 'done'`,
    ),
    drop: sql('DELETE FROM places WHERE transfer_id = ?'),
    removeLeft: sql('DELETE FROM left_places WHERE id = ?'),
    count: sql(
      `INSERT INTO broker_counts (connection_id, successes, failures, bytes, ms)
       VALUES (@connectionId, @successes, @failures, @bytes, @ms)
       ON CONFLICT DO UPDATE SET successes = successes + @successes, failures = failures + @failures,
         bytes = bytes + @bytes, ms = ms + @ms`,
    ),
  };

  function leavePlace(transferId: number, why: string): void {
    beginWrite();
    writes.leave.run(why, transferId);
    writes.drop.run(transferId);
  }

  return {
    /** null: none was asked for */
    place(transferId: number): KnownPlace | null {
      const row = reads.one.get(transferId);
      return row === undefined ? null : placeRow.parse(row);
    },
    addPlace(transferId: number, connectionId: number, place: Place): void {
      beginWrite();
      writes.put.run(transferId, connectionId, JSON.stringify(place), JSON.stringify(refOf(place)), place.id);
    },
    /** From now on something may be there. `at`: ms since 1970 */
    beginPlace(transferId: number, at: number): void {
      beginWrite();
      writes.begin.run(at, transferId);
    },
    arriveAtPlace(transferId: number, ref: FileRef, proof: ArrivalProof): void {
      beginWrite();
      writes.arrive.run(JSON.stringify(refOf(ref)), ref.id, JSON.stringify(proof), transferId);
    },
    /** What could be sent there is forgotten; what the backend calls it stays. */
    endPlace(transferId: number): void {
      beginWrite();
      writes.end.run(transferId);
    },
    /** The file does not go there: noted, in the same write, for telling the backend. */
    leavePlace,
    /** The backend no longer has what was there. */
    forgetPlace(transferId: number): void {
      beginWrite();
      writes.drop.run(transferId);
    },
    /** The transfer that has a record of the backend; null: none of ours. */
    transferOfRecord: (connectionId: number, recordId: string): number | null =>
      z
        .number()
        .nullable()
        .parse(reads.ofRecord.get(connectionId, recordId) ?? null),
    /** Places of transfers that were given up, and why. */
    givenUpPlaces: (connectionId: number): { id: number; why: string }[] =>
      z.array(z.object({ id: z.number(), why: z.string() })).parse(reads.givenUp.all(connectionId)),
    /** The first hundred that are still to be told. */
    leftPlaces: (connectionId: number): LeftPlace[] => z.array(leftRow).parse(reads.left.all(connectionId)),
    removeLeftPlace(id: number): void {
      beginWrite();
      writes.removeLeft.run(id);
    },
    /** Adds to what went over a backend. */
    countBroker(connectionId: number, added: BrokerCounts): void {
      beginWrite();
      writes.count.run({ connectionId, ...added });
    },
    brokerCounts: (connectionId: number): BrokerCounts =>
      countsRow.parse(reads.counts.get(connectionId) ?? { successes: 0, failures: 0, bytes: 0, ms: 0 }),
  };
}

function refOf({ id, key, publicUrl, values }: FileRef): FileRef {
  return { id, key, publicUrl, values };
}
