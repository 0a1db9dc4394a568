/** Destinations, and those of each batch as they were when it was planned: one write or one read each. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import {
  destinationRulesSchema,
  sortingRuleSchema,
  type Destination,
  type DestinationRules,
  type Target,
} from '../../shared/destination.ts';
import { json } from './rows.ts';

const destinationRow = z.object({ id: z.number(), connectionId: z.number(), rules: json(destinationRulesSchema) });

const targetRow = z.object({
  id: z.number(),
  batchId: z.number(),
  destinationId: z.number(),
  connectionId: z.number(),
  rules: json(destinationRulesSchema),
  sorting: json(z.array(sortingRuleSchema)),
});

const targetColumns =
  'id, batch_id AS batchId, destination_id AS destinationId, connection_id AS connectionId, rules, sorting';

/** `beginWrite` goes before every write. */
export function destinationStatements(database: Database.Database, beginWrite: () => void) {
  const sql = (text: string) => database.prepare(text);
  const columns = 'id, connection_id AS connectionId, rules';
  const reads = {
    all: sql(`SELECT ${columns} FROM destinations WHERE removed = 0 ORDER BY name COLLATE NOCASE`),
    one: sql(`SELECT ${columns} FROM destinations WHERE id = ?`),
    targets: sql(`SELECT ${targetColumns} FROM targets WHERE batch_id = ? ORDER BY id`),
    target: sql(`SELECT ${targetColumns} FROM targets WHERE id = ?`),
  };
  const writes = {
    add: sql('INSERT INTO destinations (connection_id, name, rules) VALUES (?, ?, ?)'),
    update: sql('UPDATE destinations SET connection_id = ?, name = ?, rules = ? WHERE id = ?'),
    // Its name is free again.
    remove: sql("UPDATE destinations SET removed = 1, name = name || ' (removed ' || id || ')' WHERE id = ?"),
    addTarget: sql(
      'INSERT INTO targets (batch_id, destination_id, connection_id, rules, sorting) VALUES (?, ?, ?, ?, ?)',
    ),
  };

  /** Targets never change, and every file of a batch asks for its own. */
  const known = new Map<number, Target>();

  return {
    /** by name */
    destinations: (): Destination[] => z.array(destinationRow).parse(reads.all.all()),
    /** null: there never was one */
    destination(id: number): Destination | null {
      const row = reads.one.get(id);
      return row === undefined ? null : destinationRow.parse(row);
    },
    /** Throws SQLite's own error where another destination has the name; so does `updateDestination`. */
    addDestination(connectionId: number, rules: DestinationRules): Destination {
      beginWrite();
      const { lastInsertRowid } = writes.add.run(connectionId, rules.name, JSON.stringify(rules));
      return { id: Number(lastInsertRowid), connectionId, rules };
    },
    updateDestination({ id, connectionId, rules }: Destination): void {
      beginWrite();
      writes.update.run(connectionId, rules.name, JSON.stringify(rules), id);
    },
    /** It can no longer be chosen; what was sent there still names it. */
    removeDestination(id: number): void {
      beginWrite();
      writes.remove.run(id);
    },
    /** In their order: the first whose rules take a file gets it. */
    targets: (batchId: number): Target[] => z.array(targetRow).parse(reads.targets.all(batchId)),
    /** null: there never was one */
    target(id: number): Target | null {
      let found = known.get(id);
      if (found === undefined) {
        const row = reads.target.get(id);
        if (row === undefined) return null;
        known.set(id, (found = targetRow.parse(row)));
      }
      return found;
    },
    addTarget(target: Omit<Target, 'id'>): Target {
      beginWrite();
      const { batchId, destinationId, connectionId, rules, sorting } = target;
      const texts = [JSON.stringify(rules), JSON.stringify(sorting)];
      const { lastInsertRowid } = writes.addTarget.run(batchId, destinationId, connectionId, ...texts);
      return { ...target, id: Number(lastInsertRowid) };
    },
  };
}
