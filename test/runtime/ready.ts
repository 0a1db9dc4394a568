/** Everything that a test of the window needs: Electron, a display, the build. */
import { ensureBuilt } from '../../scripts/build-app.ts';
import { provide } from './debian.ts';
import { hasDisplay } from './display.ts';
import { ensureElectron } from './electron.ts';
import { hasProgram } from './programs.ts';

type Log = (line: string) => void;

/**
 * Null when the window's tests can run; else the line that says what is missing, and the command that installs it. Makes what can
 * be made first: Electron, Debian's packages where this is root, the build. Rejects when the app cannot be built: that is no lack
 * of the machine.
 */
export async function missingForWindow(log: Log): Promise<string | null> {
  const known = process.env.SIDELINE_TEST_NO_WINDOW; // test/run.ts asked before
  if (known !== undefined) return known;
  try {
    await ensureElectron(log);
    await ensureDisplay(log);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  await ensureBuilt(log);
  return null;
}

/** As `missingForWindow`, and the answer is handed on to the processes that are started from here. */
export async function prepareWindow(log: Log): Promise<string | null> {
  const missing = await missingForWindow(log);
  if (missing !== null) {
    process.env.SIDELINE_TEST_NO_WINDOW = missing;
    return missing;
  }
  const { dist, journalBinding } = await ensureElectron(log);
  process.env.ELECTRON_OVERRIDE_DIST_PATH = dist;
  if (journalBinding !== null) process.env.SIDELINE_JOURNAL_BINDING = journalBinding;
  return null;
}

async function ensureDisplay(log: Log): Promise<void> {
  if (hasProgram('Xvfb') || (await hasDisplay(process.env))) return;
  await provide('There is no display, nor Xvfb to make one', ['xvfb'], log);
}
