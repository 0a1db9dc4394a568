/**
 * The statements of the journal: the only state that matters. Every function is one write, or one read. The writes of one
 * turn of the event loop are one transaction, for a commit costs as much as several writes: whoever lets an effect follow
 * a write waits for `committed` first.
 */
import { closeSync, fdatasync, openSync, renameSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import {
  capabilitiesSchema,
  connectionConfigSchema,
  transferStates,
  type Batch,
  type Capabilities,
  type Connection,
  type ConnectionConfig,
  type Part,
  type Receipt,
  type Totals,
  type Transfer,
  type TransferState,
} from '../../shared/domain.ts';
import { batchDetailsSchema, type BatchDetails } from '../../shared/destination.ts';
import { SidelineError, type ErrorKind, type Reason } from '../../shared/errors.ts';
import { reasonSchema } from '../../shared/reason.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import { exceptionsSchema } from '../../shared/upload-plan.ts';
import { canMove } from '../engine/transfer-state.ts';
import { destinationStatements } from './destinations.ts';
import { knownKeyReads } from './known-keys.ts';
import { outputStatements } from './outputs.ts';
import { placeStatements } from './places.ts';
import { receiptReads } from './receipts.ts';
import { readSent } from './sent.ts';
import { json } from './rows.ts';
import { sessionStatements } from './sessions.ts';

/** What a move may change besides the state. */
export type TransferChanges = Partial<
  Pick<
    Transfer,
    | 'size'
    | 'mtime'
    | 'inode'
    | 'reason'
    | 'notBefore'
    | 'attempts'
    | 'sends'
    | 'partSize'
    | 'uploadId'
    | 'checkFirst'
    | 'key'
    | 'todo'
  >
>;

/** A row that the plan puts into the journal: planned, or failed or skipped at once with its reason. */
export type PlannedTransfer = Pick<
  Transfer,
  'batchId' | 'connectionId' | 'source' | 'key' | 'size' | 'mtime' | 'inode' | 'reason' | 'checkFirst'
> & { state: 'planned' | 'failed' | 'skipped' } & Partial<Pick<Transfer, 'targetId' | 'todo'>>;

export type NewBatch = Omit<Batch, 'id' | 'connectionIds' | 'plannedAt' | 'clearedAt' | 'details' | 'exceptions'> &
  Partial<Pick<Batch, 'details' | 'exceptions'>>;

export interface StaleUpload {
  id: number;
  connectionId: number;
  key: string;
  /** null: the answer that would have told may be lost */
  uploadId: string | null;
  /** ms since 1970, by the store's clock: only an upload that began between these is meant */
  since: number;
  until: number;
}

export interface TransferFilter {
  batchId?: number;
  connectionId?: number;
  states?: readonly TransferState[];
  /** only those behind this id */
  after?: number;
  limit: number;
}

export type Journal = ReturnType<typeof createJournal>;

const connectionRow = z.object({
  id: z.number(),
  name: z.string(),
  config: json(connectionConfigSchema),
  capabilities: json(capabilitiesSchema).nullable(),
});

const batchRow = z.object({
  id: z.number(),
  connectionId: z.number(),
  connectionIds: json(z.array(z.number())),
  prefix: z.string(),
  roots: json(z.array(z.string())),
  createdAt: z.number(),
  plannedAt: z.number().nullable(),
  clearedAt: z.number().nullable(),
  details: json(batchDetailsSchema),
  exceptions: json(exceptionsSchema),
});

const transferRow = z.object({
  id: z.number(),
  batchId: z.number(),
  connectionId: z.number(),
  source: z.string(),
  key: z.string(),
  size: z.number(),
  mtime: z.number(),
  inode: z.string(),
  state: z.enum(transferStates),
  reason: json(reasonSchema).nullable(),
  notBefore: z.number().nullable(),
  attempts: z.number(),
  sends: z.number(),
  partSize: z.number().nullable(),
  uploadId: z.string().nullable(),
  checkFirst: z.number().transform((flag) => flag === 1),
  targetId: z.number().nullable(),
  todo: z.number().transform((flag) => flag === 1),
});

const partRow = z.object({
  number: z.number(),
  state: z.enum(['pending', 'sending', 'sent']),
  size: z.number(),
  crc32: z.number().nullable(),
  md5: z.string().nullable(),
  etag: z.string().nullable(),
  sends: z.number(),
});

const staleRow = z.object({
  id: z.number(),
  connectionId: z.number(),
  key: z.string(),
  uploadId: z.string().nullable(),
  since: z.number(),
  until: z.number(),
});

const transferColumns = `id, batch_id AS batchId, connection_id AS connectionId, source, key, size, mtime, inode, state,
  reason, not_before AS notBefore, attempts, sends, part_size AS partSize, upload_id AS uploadId, check_first AS checkFirst,
  target_id AS targetId, todo`;
const batchColumns = `id, connection_id AS connectionId,
  coalesce((SELECT json_group_array(DISTINCT t.connection_id) FROM targets t WHERE t.batch_id = batches.id HAVING count(*) > 0),
    json_array(connection_id)) AS connectionIds,
  prefix, roots, created_at AS createdAt, planned_at AS plannedAt, cleared_at AS clearedAt, details,
  exceptions`;
const noDetails: BatchDetails = batchDetailsSchema.parse({});

function noTotals(): Totals {
  return Object.fromEntries(transferStates.map((state) => [state, { files: 0, bytes: 0 }])) as Totals;
}

/** The journal over an open, migrated database. `close` ends what belongs to it. */
export function createJournal(database: Database.Database, close: () => void, file: string) {
  const sql = (text: string) => database.prepare(text);
  const writes = prepareWrites(database);
  const reads = {
    transfer: sql(`SELECT ${transferColumns} FROM transfers WHERE id = ?`),
    keyKnown: sql('SELECT 1 FROM transfers WHERE connection_id = ? AND key = ?').pluck(),
    byKey: sql(`SELECT ${transferColumns} FROM transfers WHERE connection_id = ? AND key = ? ORDER BY id DESC`),
    ranked: sql(
      `SELECT ${transferColumns} FROM transfers WHERE rank > 0 AND state = 'queued' AND todo = 0 ORDER BY rank DESC LIMIT ?`,
    ),
    highestRank: sql("SELECT coalesce(max(rank), 0) FROM transfers WHERE rank > 0 AND state = 'queued'").pluck(),
    next: sql(
      `SELECT ${transferColumns} FROM transfers
       WHERE batch_id = ? AND state = 'queued' AND todo = 0 AND connection_id = ? ORDER BY id LIMIT ?`,
    ),
    toPrepare: sql(
      `SELECT ${transferColumns} FROM transfers WHERE batch_id = ? AND state = 'queued' AND todo = 1 ORDER BY id LIMIT 1`,
    ),
    // Only of those that are sent soon: to look at all would take too long where there are many of the other kind.
    toPrepareOfKind: sql(
      `SELECT * FROM
         (SELECT ${transferColumns} FROM transfers WHERE batch_id = ? AND state = 'queued' AND todo = 1 ORDER BY id LIMIT 1000) AS soon
       WHERE (SELECT json_extract(output, '$.role') = 'still' FROM outputs WHERE transfer_id = soon.id) = ? ORDER BY id LIMIT 1`,
    ),
    skippedFor: sql(
      `SELECT ${transferColumns} FROM transfers
       WHERE batch_id = ? AND state = 'skipped' AND json_extract(reason, '$.kind') = ? ORDER BY id`,
    ),
    failedKinds: sql(
      `SELECT id, json_extract(reason, '$.kind') AS kind FROM transfers WHERE state = 'failed' ORDER BY id`,
    ),
    bySource: sql(
      `SELECT ${transferColumns} FROM transfers WHERE batch_id = ? AND source = ? AND target_id IS NOT NULL ORDER BY id`,
    ),
    any: sql('SELECT 1 FROM transfers WHERE batch_id = ? AND state = ? AND connection_id = ? LIMIT 1').pluck(),
    due: sql(
      `SELECT ${transferColumns} FROM transfers WHERE batch_id = ? AND state = 'waiting' AND not_before <= ? LIMIT ?`,
    ),
    totals: sql(
      'SELECT batch_id AS batchId, state, count(*) AS files, sum(size) AS bytes FROM transfers GROUP BY batch_id, state',
    ),
    parts: sql('SELECT number, state, size, crc32, md5, etag, sends FROM parts WHERE transfer_id = ? ORDER BY number'),
    begunBytes: sql(
      `SELECT coalesce(sum(p.size), 0) FROM transfers t JOIN parts p ON p.transfer_id = t.id
       WHERE t.batch_id = ? AND t.upload_id IS NOT NULL AND p.state = 'sent'`,
    ).pluck(),
    sentBytes: sql(`SELECT coalesce(sum(size), 0) FROM parts WHERE transfer_id = ? AND state = 'sent'`).pluck(),
    resent: sql(
      `SELECT (SELECT coalesce(sum(sends - 1), 0) FROM transfers WHERE batch_id = @batch AND sends > 1)
            + (SELECT coalesce(sum(p.sends - 1), 0) FROM transfers t JOIN parts p ON p.transfer_id = t.id
               WHERE t.batch_id = @batch AND t.part_size IS NOT NULL AND p.sends > 1)`,
    ).pluck(),
    connections: sql('SELECT id, name, config, capabilities FROM connections WHERE removed = 0 ORDER BY name'),
    connection: sql('SELECT id, name, config, capabilities FROM connections WHERE id = ?'),
    batches: sql(`SELECT ${batchColumns} FROM batches ORDER BY id`),
    batch: sql(`SELECT ${batchColumns} FROM batches WHERE id = ?`),
    stale: sql(
      `SELECT id, connection_id AS connectionId, key, upload_id AS uploadId, since, until FROM stale_uploads
       WHERE connection_id = ? ORDER BY id`,
    ),
    staleConnections: sql(
      `SELECT id, name, config, capabilities FROM connections
       WHERE removed = 0 AND id IN (SELECT connection_id FROM stale_uploads) ORDER BY id`,
    ),
    uploadIds: sql(
      `SELECT upload_id FROM transfers WHERE connection_id = ? AND key = ? AND upload_id IS NOT NULL`,
    ).pluck(),
  };
  const totals = new Map<number, Totals>();
  const begin = sql('BEGIN');
  const commit = sql('COMMIT');
  const nested = database.transaction((work: () => unknown) => work());
  /** of this turn's transaction; null: nothing was written in it */
  let turn: PromiseWithResolvers<void> | null = null;
  let failure: SidelineError | null = null;
  let dirty = false;
  let written = 0;
  let receiptAdded: (transferId: number) => void = () => undefined;

  /** Goes before every write. Throws `journal-failed` once a transaction was lost: what is in memory is then ahead of the disk. */
  function beginTurn(): void {
    if (failure !== null) throw failure;
    written += 1;
    if (turn !== null) return;
    begin.run();
    dirty = true;
    turn = Promise.withResolvers();
    turn.promise.catch(() => undefined); // nobody needs to wait for it: the next write throws it
    setImmediate(endTurn);
  }

  function endTurn(): void {
    const ended = turn;
    if (ended === null) return;
    turn = null;
    // Where the disk is full SQLite has rolled back by itself, and would only say that there is nothing to commit.
    const rolledBack = !database.inTransaction;
    try {
      commit.run();
      ended.resolve();
    } catch (error) {
      const subject = rolledBack ? 'what was written could not be kept' : error instanceof Error ? error.message : '';
      failure = new SidelineError('journal-failed', { subject, cause: error });
      ended.reject(failure);
    }
  }

  function settled(): void {
    endTurn();
    if (failure !== null) throw failure;
  }

  function totalsOf(batchId: number): Totals {
    let found = totals.get(batchId);
    if (found === undefined) totals.set(batchId, (found = noTotals()));
    return found;
  }

  function count(batchId: number, state: TransferState, files: number, bytes: number): void {
    const entry = totalsOf(batchId)[state];
    entry.files += files;
    entry.bytes += bytes;
  }

  function isAny(batchId: number, connectionId: number, state: TransferState): boolean {
    return reads.any.get(batchId, state, connectionId) !== undefined;
  }

  function loadTotals(): void {
    totals.clear();
    const row = z.object({ batchId: z.number(), state: z.enum(transferStates), files: z.number(), bytes: z.number() });
    for (const { batchId, state, files, bytes } of z.array(row).parse(reads.totals.all())) {
      count(batchId, state, files, bytes);
    }
  }
  loadTotals();

  /** Several writes as one; what throws inside undoes them all, the totals included. */
  function together<T>(work: () => T): T {
    beginTurn();
    try {
      return nested(work) as T;
    } catch (error) {
      loadTotals();
      throw error;
    }
  }

  return {
    ...destinationStatements(database, beginTurn),
    ...outputStatements(database, beginTurn),
    ...placeStatements(database, beginTurn),
    ...sessionStatements(database, beginTurn),
    ...receiptReads(database),
    ...knownKeyReads(database),
    sentTo: readSent(database),
    file,
    close() {
      endTurn();
      close();
    },
    together,
    /** Grows with every write: as long as it is the same, so is all that can be read here. Costs nothing to ask. */
    writes: (): number => written,
    /** Resolves when all that was written so far survives the end of this process. Rejects with `journal-failed`. */
    async committed(): Promise<void> {
      if (failure !== null) throw failure;
      await turn?.promise;
    },

    // ---- connections
    connections: (): Connection[] => z.array(connectionRow).parse(reads.connections.all()),
    /** Throws `invalid-input` where there is none, or no longer. */
    connection(id: number): Connection {
      const row = reads.connection.get(id);
      if (row === undefined) throw new SidelineError('invalid-input', { subject: refusals.connectionGone });
      return connectionRow.parse(row);
    },
    addConnection<Config extends ConnectionConfig>(name: string, config: Config): Connection<Config> {
      beginTurn();
      const { lastInsertRowid } = writes.addConnection.run(name, JSON.stringify(config));
      return { id: Number(lastInsertRowid), name, config, capabilities: null };
    },
    updateConnection(id: number, config: ConnectionConfig): void {
      beginTurn();
      writes.updateConnection.run(JSON.stringify(config), id);
    },
    /** Throws SQLite's own error where another connection has the name. */
    renameConnection(id: number, name: string): void {
      beginTurn();
      writes.renameConnection.run(name, id);
    },
    /** It can no longer be chosen; the batches that went over it stay, and still name it. */
    removeConnection(id: number): void {
      beginTurn();
      writes.removeConnection.run(id);
    },
    storeCapabilities(id: number, capabilities: Capabilities): void {
      beginTurn();
      writes.storeCapabilities.run(JSON.stringify(capabilities), id);
    },

    // ---- batches
    batches: (): Batch[] => z.array(batchRow).parse(reads.batches.all()),
    batch: (id: number): Batch => batchRow.parse(reads.batch.get(id)),
    addBatch(batch: NewBatch): Batch {
      beginTurn();
      const { connectionId, prefix, roots, createdAt, details = noDetails, exceptions = {} } = batch;
      const texts = [JSON.stringify(roots), createdAt, JSON.stringify(details), JSON.stringify(exceptions)];
      const { lastInsertRowid } = writes.addBatch.run(connectionId, prefix, ...texts);
      return {
        ...batch,
        details,
        exceptions,
        id: Number(lastInsertRowid),
        connectionIds: [connectionId],
        plannedAt: null,
        clearedAt: null,
      };
    },
    /** Sets when the batch was planned; null: its folders are to be scanned (again). ms since 1970 */
    setPlanned(batchId: number, at: number | null): void {
      beginTurn();
      writes.setPlanned.run(at, batchId);
    },
    /** Takes batches out of the lists. What they did stays. `at`: ms since 1970 */
    clearBatches(ids: readonly number[], at: number): void {
      beginTurn();
      for (const id of ids) writes.clearBatch.run(at, id);
    },
    totals: (batchId: number): Totals => structuredClone(totalsOf(batchId)),
    resentParts: (batchId: number): number => Number(reads.resent.get({ batch: batchId })),

    // ---- transfers
    transfer(id: number): Transfer | null {
      const row = reads.transfer.get(id);
      return row === undefined ? null : transferRow.parse(row);
    },
    /** All that ever had this key, the newest first. */
    transfersByKey: (connectionId: number, key: string): Transfer[] => {
      // Planning asks this of every file, and for most there is none: asking for one column is three times as fast.
      if (reads.keyKnown.get(connectionId, key) === undefined) return [];
      return z.array(transferRow).parse(reads.byKey.all(connectionId, key));
    },
    /** The queued ones of a batch that can be sent over a connection as they are, in the order of sending. */
    nextQueued: (batchId: number, connectionId: number, limit: number): Transfer[] =>
      z.array(transferRow).parse(reads.next.all(batchId, connectionId, limit)),
    /** The first of a batch that is to be prepared, in the order of sending; null: there is none. */
    nextToPrepare: (batchId: number): Transfer | null =>
      transferRow.nullable().parse(reads.toPrepare.get(batchId) ?? null),
    /** The same, of the stills or of all others only. */
    nextToPrepareOf: (batchId: number, kind: 'still' | 'image'): Transfer | null =>
      transferRow.nullable().parse(reads.toPrepareOfKind.get(batchId, kind === 'still' ? 1 : 0) ?? null),
    /** Those of a batch that were skipped for a reason of this kind. */
    skippedFor: (batchId: number, kind: ErrorKind): Transfer[] =>
      z.array(transferRow).parse(reads.skippedFor.all(batchId, kind)),
    /** All that have failed, and why. */
    failedKinds: (): { id: number; kind: string }[] =>
      z.array(z.object({ id: z.number(), kind: z.string() })).parse(reads.failedKinds.all()),
    /** All that goes up of one file of a batch with targets. */
    transfersBySource: (batchId: number, source: string): Transfer[] =>
      z.array(transferRow).parse(reads.bySource.all(batchId, source)),
    /** Queued ones of any batch that a person wants first, in that order. */
    nextRanked: (limit: number): Transfer[] => z.array(transferRow).parse(reads.ranked.all(limit)),
    /** They go before all others, in this order, as long as they are ahead. */
    rankFirst(ids: readonly number[]): void {
      beginTurn();
      const highest = Number(reads.highestRank.get()) + ids.length;
      ids.forEach((id, at) => writes.setRank.run(highest - at, id));
    },
    /** Whether a batch has any transfer in this state that goes over this connection. */
    isAny,
    /** Files of a batch that are queued, or planned and to be queued. */
    filesAhead: (batchId: number): number => totalsOf(batchId).queued.files + totalsOf(batchId).planned.files,
    /** After a crash: what was being sent may have arrived. A multipart upload is asked for its parts anyway. */
    distrustUnfinished(batchId: number): void {
      beginTurn();
      writes.distrust.run(batchId);
    },
    transfers(filter: TransferFilter): Transfer[] {
      const where = ['id > @after'];
      if (filter.batchId !== undefined) where.push('batch_id = @batchId');
      if (filter.connectionId !== undefined) where.push('connection_id = @connectionId');
      if (filter.states !== undefined)
        where.push(`state IN (${filter.states.map((state) => `'${state}'`).join(', ')})`);
      const text = `SELECT ${transferColumns} FROM transfers WHERE ${where.join(' AND ')} ORDER BY id LIMIT @limit`;
      return z.array(transferRow).parse(sql(text).all({ after: 0, ...filter }));
    },
    /** Returns its id. */
    addTransfer(planned: PlannedTransfer): number {
      beginTurn();
      const { lastInsertRowid } = writes.addTransfer.run(...newRow(planned));
      count(planned.batchId, planned.state, 1, planned.size);
      return Number(lastInsertRowid);
    },
    /** In their order: a good half of the time that one after another takes. */
    addTransfers(planned: readonly PlannedTransfer[]): void {
      if (planned.length > 0) beginTurn();
      for (let at = 0; at < planned.length; at += rowsAtOnce) {
        const some = planned.slice(at, at + rowsAtOnce);
        if (some.length === rowsAtOnce) writes.addTransfers.run(some.flatMap(newRow));
        else for (const one of some) writes.addTransfer.run(...newRow(one));
      }
      for (const { batchId, state, size } of planned) count(batchId, state, 1, size);
    },
    /**
     * The one way in which a state changes: one write, refused when the table of transitions does not have it or when the
     * row is not as the caller believes. Returns the transfer as it is now.
     */
    move(transfer: Transfer, to: TransferState, changes: TransferChanges = {}): Transfer {
      const moved = tryMove(transfer, to, changes);
      if (moved === null) {
        throw new SidelineError('internal', {
          cause: new Error(`transfer ${transfer.id} is no longer ${transfer.state}`),
        });
      }
      return moved;
    },
    /** The same for rows that were read a while ago: null where another has moved it since, and nothing is written. */
    tryMove,
    /** Moves up to `limit` transfers of a batch over one connection at once. Returns how many; fewer than `limit` were all. */
    moveMany(
      which: { batchId: number; connectionId: number; from: TransferState; limit: number },
      to: TransferState,
      why: Reason | null = null,
    ): number {
      if (!canMove(which.from, to)) {
        throw new SidelineError('internal', { cause: new Error(`no transition ${which.from} -> ${to}`) });
      }
      if (!isAny(which.batchId, which.connectionId, which.from)) return 0; // often so, and then nothing is written
      beginTurn();
      const reasonText = why === null ? null : JSON.stringify(why);
      const rows = z
        .array(z.object({ size: z.number() }))
        .parse(writes.moveMany.all({ ...which, to, reason: reasonText }));
      const bytes = rows.reduce((sum, row) => sum + row.size, 0);
      count(which.batchId, which.from, -rows.length, -bytes);
      count(which.batchId, to, rows.length, bytes);
      return rows.length;
    },
    /** Those of a batch that wait for a time that has come. */
    due: (batchId: number, now: number, limit: number): Transfer[] =>
      z.array(transferRow).parse(reads.due.all(batchId, now, limit)),
    /** Notes that the whole file is being sent now. A statement of its own: `update` would touch the index of states too. */
    countSend(transfer: Transfer): Transfer {
      beginTurn();
      writes.countSend.run(transfer.id);
      return { ...transfer, sends: transfer.sends + 1 };
    },
    /** Changes a transfer that stays in its state. */
    update(transfer: Transfer, changes: TransferChanges): Transfer {
      const updated = { ...transfer, ...changes };
      write(transfer, updated);
      return updated;
    },

    // ---- parts
    parts: (transferId: number): Part[] => z.array(partRow).parse(reads.parts.all(transferId)),
    /** bytes of a multipart transfer that are at the store */
    sentBytes: (transferId: number): number => Number(reads.sentBytes.get(transferId)),
    /** bytes of a batch's begun multipart uploads that are at the store */
    begunBytes: (batchId: number): number => Number(reads.begunBytes.get(batchId)),
    beginPart(transferId: number, number: number, size: number): void {
      beginTurn();
      writes.beginPart.run(transferId, number, size);
    },
    finishPart(transferId: number, part: Pick<Part, 'number' | 'size' | 'crc32' | 'md5' | 'etag'>): void {
      beginTurn();
      writes.finishPart.run({ transferId, ...part });
    },
    /** What was sent of these no longer counts; how often it was sent still does. */
    forgetPart(transferId: number, number: number): void {
      beginTurn();
      writes.forgetPart.run(transferId, number);
    },
    forgetParts(transferId: number): void {
      beginTurn();
      writes.forgetParts.run(transferId);
    },
    dropParts(transferId: number): void {
      beginTurn();
      writes.dropParts.run(transferId);
    },

    // ---- receipts
    addReceipt(receipt: Receipt): void {
      beginTurn();
      writes.addReceipt.run(
        receipt.transferId,
        receipt.connectionId,
        receipt.key,
        receipt.size,
        receipt.crc32,
        receipt.etag,
        receipt.versionId,
        receipt.integrity,
        receipt.finishedAt,
        receipt.destinationId,
        receipt.source,
        receipt.sourceSize,
        receipt.type,
        receipt.changes === null ? null : JSON.stringify(receipt.changes),
        receipt.partSize,
        receipt.begunAt,
        receipt.url,
      );
      receiptAdded(receipt.transferId);
    },
    /** A person has deleted what the receipt is of. `at`: ms since 1970 */
    noteRemoved(transferId: number, at: number): void {
      beginTurn();
      writes.removeObject.run(at, transferId);
    },
    /** Calls back with the transfer of every receipt from now on, before it is committed. There is one listener. */
    onReceipt(listener: (transferId: number) => void): void {
      receiptAdded = listener;
    },

    // ---- uploads that may be left on a store
    addStaleUpload(stale: Omit<StaleUpload, 'id'>): number {
      beginTurn();
      return Number(writes.addStale.run(stale).lastInsertRowid);
    },
    removeStaleUpload(id: number): void {
      beginTurn();
      writes.removeStale.run(id);
    },
    staleUploads: (connectionId: number): StaleUpload[] => z.array(staleRow).parse(reads.stale.all(connectionId)),
    /** Those whose stores may have stale uploads; without those that were removed, whose keys are gone. */
    staleConnections: (): Connection[] => z.array(connectionRow).parse(reads.staleConnections.all()),
    /** The multipart uploads of a key that transfers still use. */
    knownUploadIds: (connectionId: number, key: string): string[] =>
      z.array(z.string()).parse(reads.uploadIds.all(connectionId, key)),

    /**
     * Makes what was written so far survive a power cut. Waits for the disk on a thread, so that the loop stays free: with
     * synchronous=NORMAL SQLite itself does so only at checkpoints.
     */
    async flush(): Promise<void> {
      settled();
      if (!dirty) return;
      dirty = false;
      await syncFile(`${file}-wal`);
    },
    async backupTo(temporary: string, target: string): Promise<void> {
      settled();
      await database.backup(temporary);
      renameSync(temporary, target);
    },
  };

  function tryMove(transfer: Transfer, to: TransferState, changes: TransferChanges = {}): Transfer | null {
    if (!canMove(transfer.state, to)) {
      throw new SidelineError('internal', { cause: new Error(`no transition ${transfer.state} -> ${to}`) });
    }
    const moved: Transfer = { ...transfer, reason: null, notBefore: null, ...changes, state: to };
    return write(transfer, moved) ? moved : null;
  }

  /** Returns whether the row was still as it was before. */
  function write(before: Transfer, after: Transfer): boolean {
    beginTurn();
    // By position: twice as fast as by name, and this is the write of which there are most.
    const { changes } = writes.writeTransfer.run(
      after.state,
      after.reason === null ? null : JSON.stringify(after.reason),
      after.notBefore,
      after.attempts,
      after.sends,
      after.partSize,
      after.uploadId,
      after.checkFirst ? 1 : 0,
      after.size,
      after.mtime,
      after.inode,
      after.id,
      before.state,
    );
    if (changes !== 1) return false;
    if (after.key !== before.key || after.todo !== before.todo)
      writes.setPrepared.run(after.key, after.todo ? 1 : 0, after.id);
    count(before.batchId, before.state, -1, -before.size);
    count(after.batchId, after.state, 1, after.size);
    return true;
  }
}

/** Rows of one statement: more bring nothing. */
const rowsAtOnce = 32;

function insertTransfers(rows: number): string {
  const row = '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
  return `INSERT INTO transfers (batch_id, connection_id, source, key, size, mtime, inode, state, reason, check_first, target_id, todo)
    VALUES ${Array.from({ length: rows }, () => row).join(', ')}`;
}

/** The values of `insertTransfers`, for one row. */
function newRow(planned: PlannedTransfer): (string | number | null)[] {
  const { batchId, connectionId, source, key, size, mtime, inode, state, reason, checkFirst } = planned;
  const why = reason === null ? null : JSON.stringify(reason);
  const { targetId = null, todo = false } = planned;
  return [
    batchId,
    connectionId,
    source,
    key,
    size,
    mtime,
    inode,
    state,
    why,
    checkFirst ? 1 : 0,
    targetId,
    todo ? 1 : 0,
  ];
}

function prepareWrites(database: Database.Database) {
  const sql = (text: string) => database.prepare(text);
  return {
    addConnection: sql('INSERT INTO connections (name, config) VALUES (?, ?)'),
    updateConnection: sql('UPDATE connections SET config = ?, capabilities = NULL WHERE id = ?'),
    renameConnection: sql('UPDATE connections SET name = ? WHERE id = ?'),
    // Its name is free again.
    removeConnection: sql("UPDATE connections SET removed = 1, name = name || ' (removed ' || id || ')' WHERE id = ?"),
    storeCapabilities: sql('UPDATE connections SET capabilities = ? WHERE id = ?'),
    addBatch: sql(
      'INSERT INTO batches (connection_id, prefix, roots, created_at, details, exceptions) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    clearBatch: sql('UPDATE batches SET cleared_at = ? WHERE id = ?'),
    setRank: sql('UPDATE transfers SET rank = ? WHERE id = ?'),
    setPlanned: sql('UPDATE batches SET planned_at = ? WHERE id = ?'),
    addTransfer: sql(insertTransfers(1)),
    addTransfers: sql(insertTransfers(rowsAtOnce)),
    writeTransfer: sql(
      `UPDATE transfers SET state = ?, reason = ?, not_before = ?, attempts = ?, sends = ?, part_size = ?, upload_id = ?,
         check_first = ?, size = ?, mtime = ?, inode = ?
       WHERE id = ? AND state = ?`,
    ),
    // Apart: `writeTransfer` would touch the index of keys too.
    setPrepared: sql('UPDATE transfers SET key = ?, todo = ? WHERE id = ?'),
    countSend: sql('UPDATE transfers SET sends = sends + 1 WHERE id = ?'),
    distrust: sql(
      `UPDATE transfers SET check_first = 1
       WHERE batch_id = ? AND state IN ('uploading', 'verifying') AND upload_id IS NULL`,
    ),
    moveMany: sql(
      `UPDATE transfers SET state = @to, reason = @reason, not_before = NULL WHERE id IN
         (SELECT id FROM transfers WHERE batch_id = @batchId AND state = @from AND connection_id = @connectionId
            ORDER BY id LIMIT @limit) RETURNING size`,
    ),
    beginPart: sql(
      `INSERT INTO parts (transfer_id, number, state, size, sends) VALUES (?, ?, 'sending', ?, 1)
       ON CONFLICT DO UPDATE SET state = 'sending', size = excluded.size, sends = sends + 1`,
    ),
    finishPart: sql(
      `INSERT INTO parts (transfer_id, number, state, size, crc32, md5, etag)
       VALUES (@transferId, @number, 'sent', @size, @crc32, @md5, @etag)
       ON CONFLICT DO UPDATE SET state = 'sent', size = @size, crc32 = @crc32, md5 = @md5, etag = @etag`,
    ),
    forgetPart: sql(`UPDATE parts SET state = 'pending', etag = NULL WHERE transfer_id = ? AND number = ?`),
    forgetParts: sql(`UPDATE parts SET state = 'pending', etag = NULL WHERE transfer_id = ?`),
    dropParts: sql('DELETE FROM parts WHERE transfer_id = ?'),
    addReceipt: sql(
      `INSERT OR REPLACE INTO receipts
         (transfer_id, connection_id, key, size, crc32, etag, version_id, integrity, finished_at,
         destination_id, source, source_size, type, changes, part_size, begun_at, url)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    removeObject: sql('UPDATE receipts SET removed_at = ? WHERE transfer_id = ?'),
    addStale: sql(
      `INSERT INTO stale_uploads (connection_id, key, upload_id, since, until)
       VALUES (@connectionId, @key, @uploadId, @since, @until)`,
    ),
    removeStale: sql('DELETE FROM stale_uploads WHERE id = ?'),
  };
}

function syncFile(file: string): Promise<void> {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r+');
  } catch {
    return Promise.resolve(); // no WAL: the last checkpoint has synced it all
  }
  return new Promise((resolve, reject) => {
    fdatasync(descriptor, (error) => {
      closeSync(descriptor);
      if (error) reject(new SidelineError('journal-failed', { subject: error.message, cause: error }));
      else resolve();
    });
  });
}
