/**
 * Deletes batches, and finds out what became of every key: also where an answer is lost on its way, where the store takes only one
 * key at a time, and where it refuses some of many. Nothing of it is done twice: a bucket with versions would keep a second mark.
 */
import type { Versioning } from '../../../shared/deletions.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { backoff, backoffRules, remedies, type BackoffRules } from '../../engine/upload/retry.ts';
import type { Bucket } from '../bucket.ts';
import { pause } from '../pause.ts';
import { sideBySide } from '../side-by-side.ts';
import { deleteMany, deleteOne, type Fate } from './delete-requests.ts';
import { canBeListed, type KeyToDelete } from './delete-xml.ts';
import { lookAt, type Seen } from './look.ts';
import { explainDenied } from './protection.ts';
import { rightOf, tellRights } from './tell-rights.ts';

export interface Remover {
  /** Of at most 1,000, in their order. Rejects where nothing more can be done at all, and with the reason of the signal. */
  remove(batch: readonly KeyToDelete[], signal: AbortSignal): Promise<Fate[]>;
}

export interface RemoverOptions {
  bucket: Bucket;
  versioning: Versioning;
  backoff?: BackoffRules;
  random?: () => number;
}

/** of one key, before it is given up */
const mostTries = 6;
/** A store that asks to go slower does so for longer. */
const mostTriesWhenThrottled = 12;
/** requests for one key each */
const mostSingles = 32;

export function createRemover(options: RemoverOptions): Remover {
  const { bucket, versioning, backoff: rules = backoffRules, random = Math.random } = options;
  const { storage } = bucket;
  /** What is current, when it is deleted, gets a mark; or it may. */
  const keepsVersions = versioning !== 'off';
  /** DeleteObjects, until the store refuses it and takes the same keys one by one. */
  let many = true;
  /** It was refused for keys that it refused one by one as well: nothing is gained by asking again. */
  let singlesHelp = true;
  /** Deleting on condition needs the right to read as well; who may only delete does without. */
  let conditions = true;

  // What each key is answered is what is learned, and that when all is known of it.
  const needOf = (one: KeyToDelete) =>
    ({ right: rightOf(one), key: one.key, operation: 'delete', learns: false }) as const;

  /** After an answer was lost: those that are gone, with the mark that this has made. */
  async function settle(keys: readonly KeyToDelete[], signal: AbortSignal): Promise<Map<KeyToDelete, Fate>> {
    const current = keys.filter(({ versionId }) => versionId === null);
    const settled = new Map<KeyToDelete, Fate>();
    const seen = await look(
      current.map(({ key }) => key),
      signal,
    );
    if (seen === null) return settled;
    for (const one of current) {
      const found = seen.get(one.key);
      if (found === undefined) settled.set(one, { error: null, markerId: null });
      else if (found.isMarker) settled.set(one, { error: null, markerId: found.versionId });
    }
    return settled;
  }

  /** null: who may delete need not be allowed to look */
  async function look(keys: readonly string[], signal: AbortSignal): Promise<Map<string, Seen> | null> {
    try {
      return await lookAt(bucket, keys, keepsVersions, signal);
    } catch (error) {
      if (error instanceof SidelineError && refusesMany(error)) return null;
      throw error;
    }
  }

  async function removeMany(keys: readonly KeyToDelete[], signal: AbortSignal): Promise<(Fate | null)[]> {
    const [first] = keys;
    if (first === undefined) return [];
    let settled = new Map<KeyToDelete, Fate>();
    let wasAsked = false;
    const work = async () => {
      if (wasAsked && keepsVersions) settled = new Map([...settled, ...(await settle(keys, signal))]);
      wasAsked = true;
      const rest = keys.filter((one) => !settled.has(one));
      if (rest.length === 0) return;
      const fates = await deleteMany(storage, rest, signal);
      rest.forEach((one, at) => {
        const fate = fates[at] ?? null;
        if (fate !== null) settled.set(one, fate);
      });
    };
    await bucket.attempt(needOf(first), work, signal);
    const unheard = keys.filter((one) => needsALook(settled.get(one), one));
    if (unheard.length > 0) for (const [one, fate] of await settle(unheard, signal)) settled.set(one, fate);
    return keys.map((one) => settled.get(one) ?? null);
  }

  /** The answer does not speak of it; or it does not name the mark, without which nothing could be undone. */
  function needsALook(fate: Fate | undefined, { versionId }: KeyToDelete): boolean {
    if (fate === undefined) return true;
    const marks = versioning === 'on' || versioning === 'suspended';
    return marks && versionId === null && fate.error === null && fate.markerId === null;
  }

  async function removeOne(one: KeyToDelete, signal: AbortSignal): Promise<Fate> {
    let wasAsked = false;
    const work = async () => {
      const known = wasAsked && keepsVersions ? (await settle([one], signal)).get(one) : undefined;
      wasAsked = true;
      return known ?? (await deleteOne(storage, one, signal));
    };
    try {
      return await bucket.attempt(needOf(one), work, signal);
    } catch (error) {
      if (error instanceof SidelineError && !concernsAll(error)) return { error };
      throw error;
    }
  }

  async function removeEach(keys: readonly KeyToDelete[], signal: AbortSignal): Promise<Fate[]> {
    const fates: Fate[] = [];
    await sideBySide(keys.entries(), mostSingles, async ([at, one]) => {
      fates[at] = await removeOne(one, signal);
    });
    return fates;
  }

  /** Many at once, or one by one where the store has it no other way. */
  async function once(keys: readonly KeyToDelete[], signal: AbortSignal): Promise<(Fate | null)[]> {
    if (!many) return await removeEach(keys, signal);
    try {
      return await removeMany(keys, signal);
    } catch (error) {
      if (!(error instanceof SidelineError) || !refusesMany(error)) throw error;
      const concernsEach = error.kind === 'denied' || (error.kind === 'object-protected' && error.subject === 'mfa');
      if (!singlesHelp && concernsEach) return keys.map(() => ({ error }));
      const fates = await removeEach(keys, signal);
      if (fates.some((fate) => fate.error === null)) many = false;
      else singlesHelp = false;
      return fates;
    }
  }

  return {
    async remove(batch, signal) {
      const fates = new Map<KeyToDelete, Fate>();
      /** Those that were denied on condition. */
      const bare = new Set<KeyToDelete>();
      let open = batch;
      for (let tries = 1; open.length > 0; tries++) {
        const heard = await askFor(open, bare, signal);
        const again: KeyToDelete[] = [];
        for (const [at, one] of open.entries()) {
          const fate = heard[at] ?? unheard();
          fates.set(one, fate);
          if (fate.error === null) conditions &&= !bare.has(one);
          else if (fate.error.kind === 'denied' && conditions && one.etag !== null && !bare.has(one)) {
            bare.add(one);
            again.push(one);
          } else if (tries < mostTriesOf(fate.error)) again.push(one);
        }
        open = again;
        if (open.length > 0) await pause(backoff(tries, random, rules), signal);
      }
      await explainDenied(storage, fates, signal);
      tellRights(bucket, fates);
      return batch.map((one) => fates.get(one) ?? { error: new SidelineError('internal') });
    },
  };

  async function askFor(
    open: readonly KeyToDelete[],
    bare: ReadonlySet<KeyToDelete>,
    signal: AbortSignal,
  ): Promise<(Fate | null)[]> {
    const asked = open.map((one) => (conditions && !bare.has(one) ? one : { ...one, etag: null }));
    const listed = asked.filter(canBeListed);
    const others = asked.filter((one) => !canBeListed(one));
    const [ofListed, ofOthers] = [await once(listed, signal), await removeEach(others, signal)];
    let [listedAt, othersAt] = [0, 0];
    return asked.map((one) => (canBeListed(one) ? ofListed[listedAt++] : ofOthers[othersAt++]) ?? null);
  }
}

function mostTriesOf({ kind }: SidelineError): number {
  if (remedies[kind] === 'slower') return mostTriesWhenThrottled;
  return remedies[kind] === 'network' || remedies[kind] === 'backoff' ? mostTries : 1;
}

/** The store was asked for it, and what it answered does not say what became of it. */
const unheard = (): Fate => ({ error: new SidelineError('connection-lost', { operation: 'delete' }) });

/** Not there, not allowed, or not as this store understands it. Some refuse all where one of them is locked. */
function refusesMany({ kind }: SidelineError): boolean {
  return ['rejected', 'denied', 'unsupported', 'object-protected'].includes(kind);
}

/** What ends one ends them all. */
function concernsAll({ kind }: SidelineError): boolean {
  return ['network', 'credentials', 'connection', 'login', 'clock'].includes(remedies[kind]);
}
