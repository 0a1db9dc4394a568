/** One app on one data folder: a second start hands over what it was given, and ends. */
import type { App } from 'electron';
import { z } from 'zod';
import { dropSchema } from '../shared/ipc.ts';
import { pathsOf } from './command-line.ts';

export interface InstanceDeps {
  app: App;
  argv: readonly string[];
  cwd: string;
  /** as `process.defaultApp` */
  unpacked: boolean;
  /** Somebody has started the app again: they want to see it. */
  onStart(): void;
  /** Absolute paths from a second start, the dock, or "open with"; never none. Called once the app is ready. */
  onPaths(paths: string[]): void;
}

/** What a second start hands over. */
const handoverSchema = z.object({ paths: dropSchema.or(z.tuple([])) });

/** The system opens several files one by one: they are one choice of a person. ms */
const together = 150;

/**
 * False: another one has the data folder (the app's `userData`, which has to be set before) and has been told; end this start.
 * Has to be called before the app is ready, for macOS may have files for it by then.
 */
export function claimInstance({ app, argv, cwd, unpacked, onStart, onPaths }: InstanceDeps): boolean {
  const own = pathsOf({ argv, cwd, unpacked });
  if (!app.requestSingleInstanceLock({ paths: own })) return false;
  const collect = collector((paths) => void app.whenReady().then(() => onPaths(paths)));
  if (own.length > 0) collect(own);
  app.on('second-instance', (_event, _argv, _cwd, handover) => {
    const parsed = handoverSchema.safeParse(handover);
    onStart();
    if (parsed.success && parsed.data.paths.length > 0) collect(parsed.data.paths);
  });
  app.on('open-file', (event, file) => {
    event.preventDefault();
    collect([file]);
  });
  return true;
}

function collector(onPaths: (paths: string[]) => void): (paths: readonly string[]) => void {
  const kept = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  return (paths) => {
    for (const one of paths) kept.add(one);
    clearTimeout(timer);
    timer = setTimeout(() => {
      onPaths([...kept]);
      kept.clear();
    }, together);
  };
}
