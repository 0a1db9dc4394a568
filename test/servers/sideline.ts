/** The terminal command, run as a person's shell runs it: a process of its own. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';

const summarySchema = z.strictObject({
  files: z.number(),
  done: z.number(),
  failed: z.number(),
  skipped: z.number(),
  bytesSent: z.number(),
  bytesTotal: z.number(),
  resentParts: z.number(),
  seconds: z.number(),
});

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** the last line of `--json`, checked; throws when it is no summary */
  summary(): z.infer<typeof summarySchema>;
  /** every line of `--json` */
  events(): Record<string, unknown>[];
}

export interface Started {
  child: ChildProcessByStdio<null, Readable, Readable>;
  ended: Promise<Ended>;
}

const commandLine = path.join(import.meta.dirname, '..', '..', 'electron', 'cli.ts');

export interface StartOptions {
  cwd?: string;
  /** a command that runs what it is given, such as one that first takes something away */
  before?: readonly string[];
}

/** Only these variables and the few that a process needs are in its environment. */
export function startSideline(
  args: readonly string[],
  env: Record<string, string>,
  { cwd, before = [] }: StartOptions = {},
): Started {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const [program = process.execPath, ...given] = [...before, process.execPath, commandLine, ...args];
  const child = spawn(program, given, {
    env: { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const lines = () => texts.stdout.split('\n').filter((line) => line !== '');
      resolve({
        code,
        signal,
        ...texts,
        summary: () => summarySchema.parse(JSON.parse(lines().at(-1) ?? 'null')),
        events: () => lines().map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line))),
      });
    });
  });
  return { child, ended };
}

/**
 * The same to its end. It starts as `npm run sideline` does, with its sources compiled already: in half the time. What is
 * started to be stopped in the middle does not, for how far it comes in a while must not depend on who has compiled them.
 */
export function runSideline(
  args: readonly string[],
  env: Record<string, string>,
  options?: StartOptions,
): Promise<Ended> {
  const { NODE_COMPILE_CACHE: compiled } = process.env;
  return startSideline(args, { ...(compiled && { NODE_COMPILE_CACHE: compiled }), ...env }, options).ended;
}
