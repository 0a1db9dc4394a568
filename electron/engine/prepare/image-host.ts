/** How a process for images is started, and talked to. */
import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { Socket } from 'node:net';

export interface ImageProcess {
  readonly pid: number | undefined;
  post(message: Serializable): void;
  /** At once, whatever it is doing. */
  kill(): void;
  /** Whether it keeps the one who started it from ending. */
  keepAlive(on: boolean): void;
}

export interface ImageProcessEvents {
  message(message: unknown): void;
  /** on its standard error */
  said(text: string): void;
  /** Once, and nothing after it. */
  ended(why: string): void;
}

export type StartImageProcess = (script: URL, events: ImageProcessEvents) => ImageProcess;

/**
 * With Node itself, or with Electron as a Node. Not for Electron's main process: there the packed app has that way closed
 * (electron-builder.yml, runAsNode), and would open itself a second time.
 */
export function forkWith(program = process.execPath): StartImageProcess {
  return (script, events) => talkTo(forkScript(program, script), events);
}

function forkScript(program: string, script: URL): ChildProcess {
  return fork(script, {
    execPath: program,
    execArgv: [],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

function talkTo(child: ChildProcess, { message, said, ended }: ImageProcessEvents): ImageProcess {
  const pipe = child.stderr instanceof Socket ? child.stderr : null;
  pipe?.setEncoding('utf8').on('data', (text: string) => said(text));
  child.on('message', message);
  child.on('error', (error) => {
    if (child.pid === undefined) ended(error.message);
    else said(error.message);
  });
  child.once('close', (code, signal) => {
    if (child.pid !== undefined) ended(signal ?? `exit code ${String(code)}`);
  });
  return {
    pid: child.pid,
    post(order) {
      // One that has just ended says so by itself.
      if (child.connected) child.send(order, () => undefined);
    },
    kill: () => void child.kill('SIGKILL'),
    keepAlive(on) {
      for (const handle of [child, child.channel, pipe]) {
        if (on) handle?.ref();
        else handle?.unref();
      }
    },
  };
}
