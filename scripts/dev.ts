/** npm run dev: the app with hot reload of the window, and a restart when the main process changes. */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { electronEnv, ensureElectron } from '../test/runtime/electron.ts';
import { sandboxFlags } from '../test/runtime/sandbox.ts';
import { practiceEnv } from './practice-env.ts';

const root = path.dirname(import.meta.dirname);
const electron = await ensureElectron((line) => process.stderr.write(`${line}\n`));
const env = electronEnv(electron);
if (sandboxFlags().length > 0) env.NO_SANDBOX = '1';
// What is in out/ from now on is the developer's: the next start and the next test build anew.
await rm(path.join(root, 'out', 'stamp'), { force: true });
const tool = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
const child = spawn(process.execPath, [tool, 'dev', '--watch', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...env, ELECTRON_EXEC_PATH: electron.program, ...practiceEnv },
});
process.on('SIGINT', () => undefined); // a terminal sends it to both
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => (process.exitCode = code ?? 1));
