/** A session bus of a test's own, by Debian's dbus-daemon. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

export const hasSessionBus = process.platform === 'linux' && spawnSync('dbus-daemon', ['--version']).status === 0;

/** `path`: of its socket, absolute. Resolves once it listens, with the environment of whoever is to use it. */
export async function startSessionBus(
  path: string,
): Promise<{ env: { DBUS_SESSION_BUS_ADDRESS: string }; stop: () => void }> {
  const args = ['--session', '--nofork', '--print-address', `--address=unix:path=${path}`];
  const child = spawn('dbus-daemon', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { env: { DBUS_SESSION_BUS_ADDRESS: line.toString().trim() }, stop: () => void child.kill() };
}
