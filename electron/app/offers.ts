/** What a person dropped or chose, until it is started or dismissed: the only way in which paths reach the engine. */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import { SidelineError } from '../../shared/errors.ts';
import type { Look, Offer } from '../../shared/ipc.ts';
import type { Inspections } from '../engine/inspect/inspections.ts';
import { createSurvey, type Survey } from './survey.ts';

export interface Offers {
  /** Absolute paths; throws `invalid-input` when one is not, or there is none. */
  add(paths: readonly string[]): Offer;
  /** Counts what is in it. Throws `invalid-input` when it is unknown, or is taken while it is being looked at. */
  look(offerId: string): Promise<Look>;
  /** What is in it, for plans. Throws `invalid-input` when it is unknown. */
  open(offerId: string): OpenOffer;
  /** Hands it over, and forgets it. Throws `invalid-input` when it is unknown. */
  take(offerId: string): Offer;
}

export interface OpenOffer {
  offer: Offer;
  survey: Survey;
  /** aborted with `invalid-input` when it is started or dismissed */
  signal: AbortSignal;
}

/** Offers that nobody answered are forgotten, the oldest first. */
const mostKept = 50;

interface Entry {
  offer: Offer;
  taken: AbortController;
  /** null: nobody has asked, or another offer is looked at now */
  survey: Survey | null;
}

export function createOffers(inspections: Pick<Inspections, 'of'>): Offers {
  const entries = new Map<string, Entry>();

  function known(offerId: string): Entry {
    const entry = entries.get(offerId);
    if (entry === undefined) throw unknown();
    return entry;
  }

  /** What was found is large, and the window shows one offer at a time: only that one's is kept. */
  function surveyOf(entry: Entry): Survey {
    for (const other of entries.values()) if (other !== entry) other.survey = null;
    const roots = entry.offer.roots.map((root) => root.path);
    return (entry.survey ??= createSurvey(roots, inspections, entry.taken.signal));
  }

  /** What is read of it ends. */
  function drop(offerId: string): Offer {
    const { offer, taken } = known(offerId);
    entries.delete(offerId);
    taken.abort(unknown());
    return offer;
  }

  return {
    add(paths) {
      const roots = [...new Set(paths)].map(rootAt);
      if (roots.length === 0)
        throw new SidelineError('invalid-input', { subject: 'There is nothing to upload in this.' });
      const offer: Offer = { id: randomUUID(), roots };
      const [oldest] = entries.keys();
      if (entries.size >= mostKept && oldest !== undefined) drop(oldest);
      entries.set(offer.id, { offer, taken: new AbortController(), survey: null });
      return offer;
    },
    look: async (offerId) => await surveyOf(known(offerId)).look(),
    open(offerId) {
      const entry = known(offerId);
      return { offer: entry.offer, survey: surveyOf(entry), signal: entry.taken.signal };
    },
    take: drop,
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
