/** Tools of this project that look over its sources, and say by their exit code whether they found something. */
import { spawn } from 'node:child_process';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
/** Each takes one processor and up to 2 GB. */
const sideBySide = 2;

export interface Check {
  /** for the line that says how it went */
  name: string;
  /** its script, in node_modules */
  program: string;
  args: readonly string[];
}

/** Runs them in this order, two at a time, and prints how each went, with all that one says. Begins no more once one has failed. */
export async function allPass(checks: readonly Check[]): Promise<boolean> {
  const next = checks.values();
  let passed = true;
  const worker = async () => {
    for (const check of next) if (passed) passed = (await passes(check)) && passed;
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return passed;
}

function passes({ name, program, args }: Check): Promise<boolean> {
  const started = Date.now();
  const child = spawn(process.execPath, [path.join(root, 'node_modules', program), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.log(`${said}${name}: ${code === 0 ? 'ok' : 'failed'} (${seconds} s)`);
      resolve(code === 0);
    });
  });
}
