/** Copies, moves and new names of the window: each is a task. */
import { SidelineError } from '../../shared/errors.ts';
import { checkedKey } from '../../shared/key-template/key-rules.ts';
import { folderOf } from '../../shared/rights.ts';
import { transfers as words } from '../../shared/strings/object-transfers.ts';
import type { Bucket } from '../admin/bucket.ts';
import { bucketPlace } from '../admin/orphans/known.ts';
import type { AccessKept } from '../admin/transfer/carried.ts';
import { bothOf, createPatience } from '../admin/patience.ts';
import { baseOf } from '../admin/selection.ts';
import { makeFolder } from '../admin/transfer/new-folder.ts';
import { transferObjects } from '../admin/transfer/transfer.ts';
import type { Bandwidth } from '../engine/upload/bandwidth.ts';
import type { AdminTasks, TaskOrder } from './admin-tasks.ts';
import type { Browsing } from './browsing.ts';
import { refuseElsewhere, type Buckets } from './buckets.ts';
import type { ChosenIn } from './chosen.ts';

export interface TransferTarget {
  connectionId: number;
  /** a prefix with its slash; '': the bucket itself */
  prefix: string;
}

export interface TransferChoice {
  overwrite: boolean;
  /** who may read the source may read the copy */
  access: boolean;
}

/** All return the id of a task, and throw what the rights and rules forbid, and `invalid-input`. */
export interface ObjectTransfers {
  copy(chosen: ChosenIn, to: TransferTarget, choice: TransferChoice): Promise<number>;
  move(chosen: ChosenIn, to: TransferTarget, choice: TransferChoice): Promise<number>;
  /** An object; or a folder, where both names end with a slash. */
  rename(names: { connectionId: number; from: string; to: string }, overwrite: boolean): Promise<number>;
  /** Returns its key. Throws `object-exists`, `key-invalid`. */
  newFolder(at: TransferTarget, name: string): Promise<string>;
}

export interface ObjectTransfersDeps {
  /** where deletions are written down: those of what is moved, too */
  dataFolder: string;
  buckets: Pick<Buckets, 'of'>;
  tasks: Pick<AdminTasks, 'start'>;
  /** that of the uploads: the limit is on all that travels */
  bandwidth: Bandwidth;
  listings: Pick<Browsing, 'removed' | 'touched'>;
}

interface Plan {
  kind: 'copy' | 'move';
  chosen: ChosenIn;
  to: number;
  keyFor: (key: string) => string;
  overwrite: boolean;
  access: AccessKept;
}

/** The buckets that were meant: what is tried again later is not done in others. */
interface PlacedPlan extends Plan {
  places: { from: string; to: string };
}

const placeOf = ({ storage }: Bucket) => bucketPlace(storage.connection.config);

/** of a request by itself. ms */
const patience = 60_000;

export function createObjectTransfers({
  dataFolder,
  buckets,
  tasks,
  bandwidth,
  listings,
}: ObjectTransfersDeps): ObjectTransfers {
  function order(plan: PlacedPlan, only: ReadonlySet<string> | null): TaskOrder {
    const { kind, chosen, to, keyFor, overwrite, access, places } = plan;
    const { connectionId, subject } = chosen;
    return {
      ...{ kind, connectionId, subject, hasBytes: true },
      async work(report, signal) {
        const [source, target] = await Promise.all([buckets.of(connectionId), buckets.of(to)]);
        refuseElsewhere(source, places.from);
        refuseElsewhere(target, places.to);
        await transferObjects({
          ...{ from: source, to: target, chosen, only, keyFor, overwrite, access, bandwidth, report },
          move: kind === 'move' ? { dataFolder, program: 'window' } : null,
          patience: createPatience({ storage: bothOf(source.storage, target.storage), wait: Infinity, signal }),
          onTried: (key) => listings.touched(to, [key]),
          onDone({ key }) {
            if (kind === 'move') listings.removed(connectionId, [key]);
          },
        });
      },
      retry: (keys) => order(plan, new Set(keys)),
      replace: (keys) => order({ ...plan, overwrite: true }, new Set(keys)),
      resume: () => order(plan, only),
    };
  }

  function into(kind: Plan['kind'], chosen: ChosenIn, to: TransferTarget, choice: TransferChoice): Promise<number> {
    const base = baseOf(chosen);
    return start({
      ...{ kind, chosen, to: to.connectionId, overwrite: choice.overwrite },
      access: choice.access ? 'all' : 'none',
      keyFor: (key) => `${to.prefix}${key.slice(base.length)}`,
    });
  }

  /** What is refused is so at once, and not as a task. */
  async function start(plan: Plan): Promise<number> {
    const { chosen, to, kind, keyFor } = plan;
    const [source, target] = await Promise.all([buckets.of(chosen.connectionId), buckets.of(to)]);
    for (const key of [...chosen.keys, ...chosen.prefixes]) {
      const refused =
        source.refusal({ right: kind === 'move' ? 'delete' : 'read', key, operation: 'upload' }) ??
        target.refusal({ right: 'write', key: keyFor(key), operation: 'upload' });
      if (refused !== null) throw refused;
    }
    const places = { from: placeOf(source), to: placeOf(target) };
    return tasks.start(order({ ...plan, places }, null));
  }

  return {
    copy: (chosen, to, choice) => into('copy', chosen, to, choice),
    move: (chosen, to, choice) => into('move', chosen, to, choice),
    async rename({ connectionId, from, to }, overwrite) {
      const isFolder = from.endsWith('/');
      if (isFolder !== to.endsWith('/')) throw new SidelineError('invalid-input', { subject: words.otherKind });
      refuseBadName(from, to);
      const which = isFolder ? { keys: [], prefixes: [from] } : { keys: [from], prefixes: [] };
      return await start({
        ...{ kind: 'move', to: connectionId, keyFor: (key: string) => `${to}${key.slice(from.length)}` },
        chosen: { connectionId, ...which, objects: [], subject: from },
        ...{ overwrite, access: 'where-known' },
      });
    },
    async newFolder({ connectionId, prefix }, name) {
      const key = await makeFolder(await buckets.of(connectionId), prefix, name, AbortSignal.timeout(patience));
      listings.touched(connectionId, [key]);
      return key;
    },
  };
}

/** What is new in it must be fit for a key; the folder in which it is may have been made by anybody. */
function refuseBadName(from: string, to: string): void {
  const inside = folderOf(from.replace(/\/$/, ''));
  const fresh = to.startsWith(inside) ? to.slice(inside.length) : to;
  checkedKey(fresh.replace(/\/$/, ''));
}
