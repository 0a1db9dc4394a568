/** Where the logs of deletions are: one file for each in the data folder, none is ever removed by Sideline. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { SidelineError } from '../../../shared/errors.ts';
import { logIdSchema } from '../../../shared/log-id.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import { systemCode } from '../../system-code.ts';

const isId = (text: string) => logIdSchema.safeParse(text).success;
/** A survey that nobody began with for so long was left behind by a crash. ms */
const surveyLife = 24 * 60 * 60_000;

export const logFolder = (dataFolder: string) => path.join(dataFolder, 'deletions');

/** Before it is begun with, and of surveys that nobody begins with. */
export const surveyFile = (dataFolder: string, id: string) => path.join(logFolder(dataFolder), `${id}.survey`);

/** Throws `invalid-input` where it is no id: it comes from the window or a command line. */
export function logFile(dataFolder: string, id: string): string {
  if (!isId(id)) throw new SidelineError('invalid-input', { subject: deletions.noDeletion(id) });
  return path.join(logFolder(dataFolder), `${id}.jsonl`);
}

/** Makes the folder, and tidies away surveys that were left behind. */
export async function prepareFolder(dataFolder: string, now: number): Promise<void> {
  const folder = logFolder(dataFolder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.survey')) continue;
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => null); // another Sideline may have removed it
    if (found !== null && now - found.mtimeMs > surveyLife) await rm(file, { force: true });
  }
}

/** Nobody began with it. */
export async function discardSurvey(dataFolder: string, id: string): Promise<void> {
  await rm(surveyFile(dataFolder, id), { force: true });
}

/** Ids, the newest first. */
export async function deletionIds(dataFolder: string): Promise<string[]> {
  const names = await readdir(logFolder(dataFolder)).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  const ids = names.filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -'.jsonl'.length));
  return ids.filter(isId).sort((one, other) => (one < other ? 1 : -1));
}
