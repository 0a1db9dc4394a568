/** What a person dropped or chose, until it is started or dismissed: the only way in which paths reach the engine. */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import { SidelineError } from '../../shared/errors.ts';
import type { Look, Offer } from '../../shared/ipc.ts';
import { scan, type Found } from '../engine/scan/scan.ts';

export interface Offers {
  /** Absolute paths; throws `invalid-input` when one is not, or there is none. */
  add(paths: readonly string[]): Offer;
  /** Counts what is in it. Throws `invalid-input` when it is unknown, or is taken while it is being looked at. */
  look(offerId: string): Promise<Look>;
  /** Hands it over, and forgets it. Throws `invalid-input` when it is unknown. */
  take(offerId: string): Offer;
}

/** Offers that nobody answered are forgotten, the oldest first. */
const mostKept = 50;
const mostProblems = 100;

interface Entry {
  offer: Offer;
  taken: AbortController;
}

export function createOffers(): Offers {
  const entries = new Map<string, Entry>();

  function known(offerId: string): Entry {
    const entry = entries.get(offerId);
    if (entry === undefined) throw unknown();
    return entry;
  }

  return {
    add(paths) {
      const roots = [...new Set(paths)].map(rootAt);
      if (roots.length === 0)
        throw new SidelineError('invalid-input', { subject: 'There is nothing to upload in this.' });
      const offer: Offer = { id: randomUUID(), roots };
      const [oldest] = entries.keys();
      if (entries.size >= mostKept && oldest !== undefined) entries.delete(oldest);
      entries.set(offer.id, { offer, taken: new AbortController() });
      return offer;
    },
    async look(offerId) {
      const { offer, taken } = known(offerId);
      const paths = offer.roots.map((root) => root.path);
      try {
        return await count(scan(paths, { signal: taken.signal }));
      } catch (error) {
        if (taken.signal.aborted) throw unknown();
        throw error;
      }
    },
    take(offerId) {
      const { offer, taken } = known(offerId);
      entries.delete(offerId);
      taken.abort();
      return offer;
    },
  };
}

function unknown(): SidelineError {
  return new SidelineError('invalid-input', {
    subject: 'This choice of files has been started or dismissed: choose them again.',
  });
}

function rootAt(file: string): Offer['roots'][number] {
  if (!path.isAbsolute(file)) throw new SidelineError('invalid-input', { subject: `Not a full path: ${file}` });
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return { name: path.basename(file) || file, path: path.resolve(file), kind: isFolder ? 'folder' : 'file' };
}

async function count(found: AsyncIterable<Found[]>): Promise<Look> {
  const look: Look = { files: 0, bytes: 0, problems: [], skipped: 0, failed: 0 };
  for await (const batch of found) for (const one of batch) add(look, one);
  return look;
}

function add(look: Look, found: Found): void {
  if (found.found === 'file') {
    look.files += 1;
    look.bytes += found.fingerprint.size;
    return;
  }
  look[found.found] += 1;
  if (look.problems.length < mostProblems) look.problems.push({ name: found.relativePath, reason: found.reason });
}
