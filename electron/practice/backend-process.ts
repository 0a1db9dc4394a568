/** A backend over the practice bucket, in a process of its own that does not outlive this one. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { practiceEnvironment, type Place } from './environment.ts';

/** Program and arguments. It prints a line of JSON as `readySchema` has it, and ends with its standard input. */
export type BackendCommand = readonly [string, ...string[]];

const commandSchema = z.tuple([z.string().min(1)], z.string());
const readySchema = z.object({
  url: z.url(),
  users: z.tuple([z.object({ username: z.string(), password: z.string() })], z.unknown()),
});

export interface Backend {
  /** origin */
  url: string;
  /** who may sign in */
  user: { username: string; password: string };
  /** Resolves when it has ended, by itself too. */
  gone: Promise<void>;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

export interface BackendOptions {
  command: BackendCommand;
  storage: Place;
  /** what it remembers from one start to the next */
  folder: string;
  /** wanted; another where that is taken, or none is given */
  port: string;
}

/** ms, to say where it listens */
const patience = 15_000;
/** ms, to end in order */
const patienceAtEnd = 3000;

/** As the environment has it; null: this is no start from the sources. Throws where it is set, and no command. */
export function backendCommand(env: Record<string, string | undefined>): BackendCommand | null {
  const text = env.SIDELINE_PRACTICE_BACKEND;
  return text === undefined ? null : commandSchema.parse(JSON.parse(text));
}

/** Rejects where it does not come up; its own words are on standard error. */
export async function startBackend({ command, storage, folder, port }: BackendOptions): Promise<Backend> {
  const [program, ...args] = command;
  const child = spawn(program, [...args, port], {
    // The pipe to its standard input is closed by the system when this process ends, however it ends.
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...practiceEnvironment(storage), SIDELINE_BROKER_FOLDER: folder },
    windowsHide: true,
  });
  child.stdin.on('error', () => undefined); // it has ended already
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    const { url, users } = readySchema.parse(JSON.parse(await firstLine(child, child.stdout)));
    return { url, user: users[0], gone, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function firstLine(child: ChildProcess, stdout: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: stdout });
  return await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the practice backend does not say where it is')), patience);
    lines.once('line', (line) => resolve(line));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the practice backend ended with ${String(code)}`)));
    child.once('exit', () => clearTimeout(late));
    lines.once('line', () => clearTimeout(late));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.stdin?.end();
  const late = setTimeout(() => child.kill('SIGKILL'), patienceAtEnd);
  await gone;
  clearTimeout(late);
}
