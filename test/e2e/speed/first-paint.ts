/** From the start of the app's process to a window that is drawn and can be used. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { hasDisplay, startDisplay } from '../../runtime/display.ts';
import { electronEnv, ensureElectron } from '../../runtime/electron.ts';
import { sandboxFlags } from '../../runtime/sandbox.ts';

const measured = path.join(import.meta.dirname, 'measured-app.mjs');
/** ms */
const patience = 30_000;

/** ms of each start of the built app: the first with an empty data folder, the others as every day. */
export async function measureFirstPaints(runs: number): Promise<number[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-window-'));
  try {
    const paints: number[] = [];
    for (let run = 0; run < runs; run++) paints.push(await measureFirstPaint(folder));
    return paints;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rejects with what the app wrote when no window can be used in half a minute. */
async function measureFirstPaint(dataDir: string): Promise<number> {
  const electron = await ensureElectron(console.log);
  const env: NodeJS.ProcessEnv = { ...electronEnv(electron), SIDELINE_DATA_DIR: dataDir };
  const display = (await hasDisplay(env)) ? null : await startDisplay();
  if (display !== null) env.DISPLAY = display.name;
  const began = Date.now();
  const child = spawn(electron.program, [...sandboxFlags(), '--password-store=basic', measured], { env });
  try {
    return (await usableAt(child)) - began;
  } finally {
    await ended(child);
    display?.stop();
  }
}

/** ms since 1970, as the window's own clock has it. */
function usableAt(child: ChildProcess): Promise<number> {
  let said = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}. The app wrote:\n${said.slice(-4000)}`));
    const timer = setTimeout(() => fail('no window can be used'), patience);
    child.once('error', reject).once('exit', () => fail('the app ended'));
    const listen = (text: Buffer) => {
      said += text.toString();
      const [, at] = /^usable (\d+)$/m.exec(said) ?? [];
      if (at === undefined) return;
      clearTimeout(timer);
      resolve(Number(at));
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exit;
  clearTimeout(timer);
}
