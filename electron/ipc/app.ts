/** Answers the calls about the app itself. */
import { mkdir, writeFile } from 'node:fs/promises';
import { SidelineError } from '../../shared/errors.ts';
import type { AppInfo } from '../../shared/ipc.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { Handlers } from './handlers.ts';

export interface AppDeps {
  info: () => AppInfo;
  /** Electron's shell.openPath: shows a folder; '' or what went wrong. */
  openPath: (folder: string) => Promise<string>;
  /** The system's dialog: the absolute path to save to, null when it was cancelled. */
  askWhere: (name: string) => Promise<string | null>;
  /** The text of the bundle: see app/diagnostics.ts. */
  diagnostics: () => Promise<string>;
  now?: () => Date;
}

export function appHandlers(deps: AppDeps): Pick<Handlers, 'app.info' | 'app.openFolder' | 'app.diagnostics'> {
  return {
    'app.info': () => deps.info(),
    async 'app.openFolder'({ folder }) {
      const { dataFolder, logFolder, practiceFolder } = deps.info();
      const wanted = { data: dataFolder, logs: logFolder, practice: practiceFolder }[folder];
      if (wanted === null) throw refused(refusals.noPracticeFolder);
      await open(deps, wanted);
      return null;
    },
    async 'app.diagnostics'() {
      const day = (deps.now?.() ?? new Date()).toISOString().slice(0, 10);
      const file = await deps.askWhere(`sideline-diagnostics-${day}.txt`);
      if (file === null) return null;
      await write(file, await deps.diagnostics());
      return file;
    },
  };
}

async function open({ openPath }: AppDeps, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch(() => undefined); // what is wrong with it, the system says below
  const trouble = await openPath(folder);
  if (trouble !== '') throw refused(refusals.folderNotOpened(folder, trouble));
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600 });
  } catch (cause) {
    throw refused(refusals.diagnosticsNotWritten(file), cause);
  }
}

function refused(subject: string, cause?: unknown): SidelineError {
  return new SidelineError('invalid-input', { subject, cause });
}
