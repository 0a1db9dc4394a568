/** What is in an offer: its folders are read once, its files looked into once, and both kept for every plan that is made of it. */
import { SidelineError } from '../../shared/errors.ts';
import type { Look } from '../../shared/ipc.ts';
import { uploads } from '../../shared/strings/uploads.ts';
import type { Inspections } from '../engine/inspect/inspections.ts';
import { createPace } from '../engine/pace.ts';
import { lookInto, unlooked, type LookedFile } from '../engine/plan/look.ts';
import { scan, type Found } from '../engine/scan/scan.ts';

export interface Survey {
  /** Counts what was found. Rejects with the signal's reason. */
  look(): Promise<Look>;
  /**
   * All that was found, in the order of the scan; `inspected`: with what its content says. Rejects with `invalid-input` where
   * it is too much to keep, and with the signal's reason.
   */
  files(inspected: boolean, onProgress: (so: SurveyProgress) => void): Promise<readonly LookedFile[]>;
}

export interface SurveyProgress {
  files: number;
  bytes: number;
}

/** Half a kilobyte each. More can be sent, but not planned beforehand. */
const mostKept = 200_000;
const mostProblems = 100;
/** Many more than threads, few enough to be stopped at once. */
const lookedIntoAtOnce = 128;

/** Nothing begins before it is asked for. */
export function createSurvey(
  roots: readonly string[],
  inspections: Pick<Inspections, 'of'>,
  signal: AbortSignal,
): Survey {
  const look: Look = { files: 0, bytes: 0, problems: [], skipped: 0, failed: 0 };
  const listeners = new Set<(so: SurveyProgress) => void>();
  let kept: LookedFile[] | null = [];
  let scanned: Promise<Look> | null = null;
  let inspected: Promise<void> | null = null;

  const say = (so: SurveyProgress) => listeners.forEach((listener) => listener(so));

  async function scanAll(): Promise<Look> {
    for await (const found of scan(roots, { signal })) {
      for (const one of found) count(look, one);
      if (kept !== null && kept.length + found.length <= mostKept) for (const one of found) kept.push(unlooked(one));
      else kept = null;
      say({ files: look.files, bytes: look.bytes });
    }
    return look;
  }

  async function inspectAll(files: readonly LookedFile[]): Promise<void> {
    const pace = createPace();
    const so = { files: 0, bytes: 0 };
    for (let at = 0; at < files.length; at += lookedIntoAtOnce) {
      const some = files.slice(at, at + lookedIntoAtOnce);
      await Promise.all(some.map((file) => lookInto(inspections, file, signal)));
      so.files += some.length;
      so.bytes += some.reduce((sum, { fingerprint }) => sum + fingerprint.size, 0);
      say(so);
      if (pace.isOver()) await pace.turn();
    }
  }

  const scanOnce = () => (scanned ??= scanAll());

  return {
    look: scanOnce,
    async files(withContent, onProgress) {
      listeners.add(onProgress);
      try {
        await scanOnce();
        if (kept === null)
          throw new SidelineError('invalid-input', { subject: uploads.offer.refusals.tooMany(mostKept) });
        if (withContent) await (inspected ??= inspectAll(kept));
        return kept;
      } finally {
        listeners.delete(onProgress);
      }
    },
  };
}

function count(look: Look, found: Found): void {
  if (found.found === 'file') {
    look.files += 1;
    look.bytes += found.fingerprint.size;
    return;
  }
  look[found.found] += 1;
  if (look.problems.length < mostProblems) look.problems.push({ name: found.relativePath, reason: found.reason });
}
