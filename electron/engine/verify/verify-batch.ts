/** Compares all objects of a batch with what their stores and backends hold now. Nothing is sent, and nothing is changed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Receipt } from '../../../shared/domain.ts';
import { asSidelineError, type SidelineError } from '../../../shared/errors.ts';
import { verifyOutcomes, type BatchVerification } from '../../../shared/history.ts';
import type { Journal } from '../../journal/journal.ts';
import { backoff, backoffRules, remedies, type BackoffRules } from '../upload/retry.ts';
import type { Compared } from './compare-receipt.ts';
import { openStore, type Store, type StoresDeps } from './stores.ts';

export interface VerifyDeps extends StoresDeps {
  journal: StoresDeps['journal'] & Pick<Journal, 'receiptsOfBatch' | 'totals'>;
  /** objects; called for every one of them */
  onProgress(done: number, total: number): void;
  backoff?: BackoffRules;
  now?: () => number;
}

/** requests */
const sideBySide = 16;
/** of one object, before it is given up: with the pauses between them some 8 s */
const mostTries = 5;
const mostFindings = 1000;

/** What could not be asked is `unknown`, and says why. Rejects with the reason of `signal`. */
export async function verifyBatch(batchId: number, deps: VerifyDeps, signal: AbortSignal): Promise<BatchVerification> {
  const { journal, onProgress, now = Date.now } = deps;
  const total = journal.totals(batchId).done.files;
  const counts = Object.fromEntries(verifyOutcomes.map((outcome) => [outcome, 0])) as BatchVerification['counts'];
  const findings: BatchVerification['findings'] = [];
  const stores = createStores(deps, signal);
  const receipts = receiptsOf(journal, batchId);
  let done = 0;

  async function work(): Promise<void> {
    for (const receipt of receipts) {
      signal.throwIfAborted();
      const { outcome, message } = await stores.compare(receipt);
      counts[outcome] += 1;
      if (outcome !== 'same' && outcome !== 'unproven' && findings.length < mostFindings)
        findings.push({ id: receipt.transferId, key: receipt.key, outcome, message });
      onProgress(++done, total);
    }
  }

  const ended = await Promise.allSettled(Array.from({ length: sideBySide }, work));
  stores.close();
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  findings.sort((one, other) => one.id - other.id);
  return { batchId, checkedAt: now(), counts, findings };
}

function* receiptsOf(journal: VerifyDeps['journal'], batchId: number): Generator<Receipt, void> {
  for (const piece of journal.receiptsOfBatch(batchId)) yield* piece;
}

interface Known {
  opened: Promise<Store>;
  /** why nothing more is asked of it */
  refusal: SidelineError | null;
}

function createStores({ backoff: rules = backoffRules, ...deps }: VerifyDeps, signal: AbortSignal) {
  const stores = new Map<number, Known>();

  function storeOf(connectionId: number): Known {
    let store = stores.get(connectionId);
    if (store === undefined) {
      store = { opened: openStore(connectionId, deps), refusal: null };
      store.opened.catch(() => undefined); // whoever asks it is told
      stores.set(connectionId, store);
    }
    return store;
  }

  async function ask(known: Known, receipt: Receipt): Promise<Compared> {
    const store = await known.opened;
    for (let tries = 1; ; tries++) {
      const offset = store.clockOffset();
      try {
        return await store.compare(receipt, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        const error = asSidelineError(thrown);
        // A wrong clock is refused without a word; the store's own is known from now on.
        const isAgain = isWorthAgain(error) || store.clockOffset() !== offset;
        if (!isAgain || tries >= mostTries || known.refusal !== null) throw error;
        if (remedies[error.kind] === 'credentials') store.refreshCredentials();
        await sleep(error.retryAfter ?? backoff(tries + 1, Math.random, rules), undefined, { signal });
      }
    }
  }

  return {
    /** Never rejects but with the reason of the signal. */
    async compare(receipt: Receipt): Promise<Compared> {
      const store = storeOf(receipt.connectionId);
      if (store.refusal !== null) return unknown(store.refusal);
      try {
        return await ask(store, receipt);
      } catch (thrown) {
        signal.throwIfAborted();
        const error = asSidelineError(thrown);
        if (concernsAll(error)) store.refusal = error;
        return unknown(error);
      }
    },
    close() {
      for (const { opened } of stores.values())
        void opened.then(
          (store) => store.close(),
          () => undefined,
        );
    },
  };
}

function unknown({ message }: SidelineError): Compared {
  return { outcome: 'unknown', message };
}

function isWorthAgain({ kind }: SidelineError): boolean {
  return ['network', 'backoff', 'slower', 'credentials', 'clock'].includes(remedies[kind]);
}

/** What ends one object ends them all: the way to the store is shut, and 100,000 of them need not find that out. */
function concernsAll({ kind }: SidelineError): boolean {
  return ['network', 'credentials', 'connection', 'login', 'clock'].includes(remedies[kind]);
}
