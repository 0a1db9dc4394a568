/**
 * A process for images in the window's app: Electron's own kind, for in the packed app it cannot be run as a Node.
 * https://www.electronjs.org/docs/latest/api/utility-process
 */
import { utilityProcess } from 'electron';
import { fileURLToPath } from 'node:url';
import type { StartImageProcess } from './engine/prepare/image-host.ts';

/** Once the app is ready. */
export const startImageProcess: StartImageProcess = (script, { message, said, ended }) => {
  const child = utilityProcess.fork(fileURLToPath(script), [], {
    serviceName: 'Sideline images',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr?.on('data', (text: Buffer) => said(text.toString()));
  child.on('message', message);
  child.once('exit', (code) => ended(`exit code ${code}`));
  let killed = false;
  const kill = () => {
    killed = true;
    // Its own kill() asks, and one that hangs does not hear.
    if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
  };
  // Before it has started there is no process to kill.
  child.once('spawn', () => {
    if (killed) kill();
  });
  return {
    get pid() {
      return child.pid;
    },
    post: (order) => child.postMessage(order),
    kill,
    keepAlive: () => undefined, // the app ends when it says so
  };
};
