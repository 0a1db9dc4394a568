/** sideline rm --log, --undo and --continue: deletions of earlier, by the window and the terminal alike. */
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DeletionInfo } from '../../shared/deletions.ts';
import { SidelineError } from '../../shared/errors.ts';
import { printable } from '../../shared/format.ts';
import { deletions as words } from '../../shared/strings/deletions.ts';
import { deletionPieces } from '../admin/delete/export-deletion.ts';
import { deletionInfo, listDeletions } from '../admin/delete/past.ts';
import { logFile } from '../admin/delete/log-folder.ts';
import { openLogReader } from '../admin/delete/log-reader.ts';
import { runDeletion } from '../admin/delete/run.ts';
import { undoDeletion } from '../admin/delete/undo.ts';
import { writePieces } from '../engine/export/write-export.ts';
import type { RemovalChoice } from './arguments.ts';
import type { Environment } from './environment.ts';
import { escaped, jsonLine } from './json-line.ts';
import { withBucket } from './open-bucket.ts';
import { remove } from './remove.ts';
import { deletionOutput, ended } from './remove-output.ts';
import type { ExitCode } from './work.ts';

interface Options {
  dataDir: string;
  json: boolean;
  connection?: string | undefined;
}

/** What `rm` is to do, by its options. Throws `invalid-input` where they are of several things. */
export async function removal(
  names: readonly string[],
  options: RemovalChoice & Options,
  env: Environment,
): Promise<ExitCode> {
  const { undo, continue: goOn, log, out } = options;
  const asked = [undo, goOn, log].filter((one) => one !== undefined).length + (names.length > 0 ? 1 : 0);
  if (asked > 1) throw new SidelineError('invalid-input', { subject: words.terminal.oneOf });
  // Nothing that is there is harmed by an undo, and what is continued was confirmed: nobody is asked again.
  if (undo !== undefined) return await work(undo, options, env, undoDeletion);
  if (goOn !== undefined) return await work(goOn, options, env, runDeletion);
  if (log === undefined) return await remove(names, options, env);
  return log === true ? await showRemovals(options) : await showRemoval(log, { ...options, out });
}

async function work(id: string, options: Options, env: Environment, act: typeof undoDeletion): Promise<ExitCode> {
  await deletionInfo(options.dataDir, id); // before anything is opened for it
  return await withBucket(options, env, async (bucket, signal) => {
    const output = deletionOutput(options.json);
    const deps = { bucket, dataFolder: options.dataDir };
    return await ended(output, options.dataDir, id, signal, () => act(deps, id, output.report, signal));
  });
}

/** deletions that are shown; of more `--json` tells */
const mostShown = 50;
const perRead = 100;

async function showRemovals({ dataDir, json }: Options): Promise<0> {
  let shown = 0;
  for (let offset = 0; ; offset += perRead) {
    const { total, deletions } = await listDeletions(dataDir, { offset, limit: perRead });
    for (const info of deletions) {
      if (json) process.stdout.write(jsonLine(info));
      else if (shown++ < mostShown) process.stdout.write(`${printable(lineOf(info))}\n`);
    }
    if (total === 0 && !json) process.stdout.write(`${words.terminal.noLog}\n`);
    if (offset + perRead >= total) return 0;
  }
}

function lineOf(info: DeletionInfo): string {
  const { id, at, connection, user } = info;
  const who = user === '' ? '' : ` by ${user}`;
  const when = new Date(at).toLocaleString();
  return `${id}  ${when}${who}, ${connection.bucket}: ${words.subject(info)} (${words.infoWords(info)})`;
}

/** What became of each object; to a file as CSV or JSON, by its ending. */
async function showRemoval(id: string, { dataDir, json, out }: Options & { out?: string | undefined }): Promise<0> {
  const info = await deletionInfo(dataDir, id);
  if (out !== undefined) {
    const file = path.resolve(out);
    const format = file.toLowerCase().endsWith('.csv') ? 'csv' : 'json';
    await writePieces(file, deletionPieces(dataDir, id, format));
    return 0;
  }
  if (!json) process.stdout.write(`${printable(lineOf(info))}\n`);
  await pipeline(Readable.from(entryLines(dataDir, id, json)), process.stdout, { end: false });
  return 0;
}

async function* entryLines(dataDir: string, id: string, json: boolean): AsyncGenerator<string, void> {
  const reader = await openLogReader(logFile(dataDir, id), id);
  try {
    for await (const items of reader.items(() => true)) {
      const lines: string[] = [];
      for (const item of items) {
        const entry = await reader.entry(item);
        const why = entry.reason === null ? '' : `: ${entry.reason.message}`;
        lines.push(
          json ? escaped(JSON.stringify(entry)) : printable(`${entry.key}  ${words.outcomes[entry.outcome]}${why}`),
        );
      }
      yield `${lines.join('\n')}\n`;
    }
  } finally {
    await reader.close();
  }
}
