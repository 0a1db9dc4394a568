/** npm start: the app on the practice bucket; without a display its main job in the terminal. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { hasDisplay } from '../test/runtime/display.ts';
import { electronEnv, ensureElectron } from '../test/runtime/electron.ts';
import { sandboxFlags } from '../test/runtime/sandbox.ts';
import { ensureBuilt } from './build-app.ts';
import { practiceEnv } from './practice-env.ts';

const root = path.dirname(import.meta.dirname);

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function openApp(): Promise<void> {
  const electron = await ensureElectron(log);
  await ensureBuilt(log);
  const child = spawn(electron.program, [...sandboxFlags(), root, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...electronEnv(electron), ...practiceEnv },
  });
  // A terminal sends Ctrl-C to both; the app decides when to end, and a signal for this process alone is passed on.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => fail(error));
  child.on('exit', (code) => (process.exitCode = code ?? 1));
}

function fail(error: unknown): void {
  log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

if (await hasDisplay(process.env)) await openApp().catch(fail);
else await import('./main-job.ts');
