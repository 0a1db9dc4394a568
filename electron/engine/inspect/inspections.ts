/**
 * What was found out about files, kept as long as they stay what they are: what a person saw planned is not looked into again
 * when it is sent.
 */
import type { Fingerprint } from '../../../shared/domain.ts';
import type { Inspected } from '../../../shared/inspected.ts';
import type { Inspector } from './inspector.ts';

export interface Inspections {
  /** As `Inspector.inspect`, of a file with this absolute path and fingerprint. */
  of(source: string, fingerprint: Fingerprint, signal?: AbortSignal): Promise<Inspected>;
  /** What has not been answered rejects. */
  close(): Promise<void>;
}

/** A quarter of a kilobyte each. */
const mostKept = 100_000;

interface Kept {
  fingerprint: Fingerprint;
  inspected: Inspected;
}

/** The oldest are forgotten first. */
export function createInspections(inspector: Inspector, most = mostKept): Inspections {
  const known = new Map<string, Kept>();
  const alike = createAlike();
  return {
    async of(source, fingerprint, signal) {
      const kept = known.get(source);
      if (kept !== undefined && isSame(kept.fingerprint, fingerprint)) return kept.inspected;
      const inspected = alike(await inspector.inspect(source, signal));
      known.delete(source); // so that it is the newest
      known.set(source, { fingerprint, inspected });
      for (const oldest of known.keys()) {
        if (known.size <= most) break;
        known.delete(oldest);
      }
      return inspected;
    },
    close: () => inspector.close(),
  };
}

function isSame(a: Fingerprint, b: Fingerprint): boolean {
  return a.size === b.size && a.mtime === b.mtime && a.inode === b.inode;
}

/** What says nothing but a type is one object for all files of it: there may be a hundred thousand. */
function createAlike(): (inspected: Inspected) => Inspected {
  const plain = new Map<string | null, Inspected>();
  return (inspected) => {
    const { type, width, height, duration, taken } = inspected;
    const known = plain.get(type);
    if (width !== null || height !== null || duration !== null || taken !== null)
      return known === undefined ? inspected : { ...inspected, type: known.type };
    if (known === undefined) plain.set(type, inspected);
    return known ?? inspected;
  };
}
