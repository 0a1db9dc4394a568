/** A journal with very many receipts, as years of events leave it: written by SQL, for the engine would take an hour. */
import Database from 'better-sqlite3';
import type { Journal } from '../../electron/journal/journal.ts';
import { openJournal } from '../../electron/journal/open.ts';
import { batchDetailsSchema, destinationRulesSchema } from '../../shared/destination.ts';
import type { Random } from './random.ts';

export const manyBatches = 200;
export const manyDestinations = 4;
/** ms since 1970, of the first receipt; they are some 8 s apart */
export const manyFrom = 1_600_000_000_000;
/** tags of the batches, in turn */
export const manyTags = ['cup', 'final', 'training'];

/**
 * Receipts 1 to `count` in a new journal, which is open. A third of the keys are those of cameras, a third has a UUID for a
 * name, a third lies in deep folders; every tenth receipt is of an earlier version.
 */
export function openManyReceipts(folder: string, count: number, random: Random): Journal {
  const journal = openJournal({ folder });
  const { id: connectionId } = journal.addConnection('field', {
    ...{ endpoint: 'https://s3.example.org', region: 'us-east-1', bucket: 'event', pathStyle: true },
    credentials: { from: 'stored' },
  });
  for (let at = 0; at < manyDestinations; at++)
    journal.addDestination(connectionId, destinationRulesSchema.parse({ name: `Place ${at}` }));
  for (let at = 0; at < manyBatches; at++) {
    const details = batchDetailsSchema.parse({ title: `Day ${at}`, tags: [manyTags[at % manyTags.length]] });
    journal.addBatch({ connectionId, prefix: '', roots: ['/card'], createdAt: manyFrom, details });
  }
  journal.close();

  const database = new Database(`${folder}/journal.sqlite`);
  database.pragma('synchronous = OFF');
  const seed = random.below(1_000_000);
  database.exec(`
    CREATE TEMP TABLE n (n INTEGER PRIMARY KEY, r INTEGER, key TEXT, source TEXT);
    INSERT INTO n
      WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${count})
      SELECT n, (n * 2654435761 + ${seed} * 40503) % 1000003, '', '' FROM c;
    UPDATE n SET
      source = '/Volumes/CARD ' || (n % 7) || '/DCIM/' || (100 + n % 60) || 'CANON/IMG_' || printf('%04d', r % 10000)
        || CASE r % 10 WHEN 0 THEN '.MP4' WHEN 1 THEN '.pdf' WHEN 2 THEN '.wav' WHEN 3 THEN '.xyz' ELSE '.JPG' END,
      key = CASE n % 3
        WHEN 0 THEN 'events/cup ' || (n % 90) || '/IMG_' || printf('%04d', r % 10000) || '.JPG'
        WHEN 1 THEN 'media/' || (2015 + n % 11) || '/' || lower(hex(randomblob(4)) || '-' || hex(randomblob(6))) || '.jpg'
        ELSE 'sessions/' || (n % 1000) || '/' || (r % 100) || '/20240501_' || printf('%06d', r % 240000) || '_Müller.mp4'
      END;
    INSERT INTO transfers (id, batch_id, connection_id, source, key, size, mtime, inode, state)
      SELECT n, 1 + (n * ${manyBatches} - 1) / ${count}, ${connectionId}, source, key, r * 37, 1, '1', 'done' FROM n;
    INSERT INTO receipts (transfer_id, connection_id, key, size, crc32, etag, integrity, finished_at, destination_id, source,
        source_size, type, changes, begun_at)
      SELECT n, ${connectionId}, key, r * 37, r, 'etag', 'crc32', ${manyFrom} + n * 8000 + r % 50000,
        CASE WHEN n % 10 = 0 THEN NULL ELSE 1 + n % ${manyDestinations} END,
        CASE WHEN n % 10 = 0 THEN NULL ELSE source END, r * 37,
        CASE WHEN n % 10 = 0 THEN NULL ELSE
          CASE r % 10 WHEN 0 THEN 'video/mp4' WHEN 1 THEN 'application/pdf' WHEN 2 THEN 'audio/wav' WHEN 3 THEN 'application/octet-stream'
            ELSE 'image/jpeg' END END,
        '[]', ${manyFrom} FROM n;
    DROP TABLE n;
  `);
  database.close();
  return openJournal({ folder });
}
