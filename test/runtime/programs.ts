/** Programs of the system: are they there, and how they are run. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

export function hasProgram(name: string): boolean {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.some((folder) => isExecutable(path.join(folder, name)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** ms; nothing that is started here may hang for ever */
  timeout: number;
}

/** What it wrote to its standard output. Rejects with the end of what it wrote when it fails, is not there or takes too long. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let out = '';
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      out += text.toString();
      said += text.toString();
    });
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.on('error', (error) => reject(new Error(`${command}: ${error.message}`, { cause: error })));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code ?? signal ?? '?'}:\n${said.slice(-2000)}`));
    });
  });
}
