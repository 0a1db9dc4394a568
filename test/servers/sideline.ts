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

/** Only these variables and the few that a process needs are in its environment. */
export function startSideline(args: readonly string[], env: Record<string, string>, cwd?: string): Started {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(process.execPath, [commandLine, ...args], {
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

export function runSideline(args: readonly string[], env: Record<string, string>, cwd?: string): Promise<Ended> {
  return startSideline(args, env, cwd).ended;
}
