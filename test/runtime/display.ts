/** Is there a display for a window, and one made of memory where there is none. */
import { spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';

/** True when a window would be seen: always on macOS and Windows; on Linux when the display that the environment names answers. */
export async function hasDisplay(env: Record<string, string | undefined>): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const sockets = [x11Address(env), waylandAddress(env)].filter((one) => one !== null);
  const answers = await Promise.all(sockets.map(connects));
  return answers.includes(true);
}

function x11Address(env: Record<string, string | undefined>): net.NetConnectOpts | null {
  const [, host, display] = /^(.*):(\d+)(?:\.\d+)?$/.exec(env.DISPLAY ?? '') ?? [];
  if (host === undefined || display === undefined) return null;
  if (host === '' || host === 'unix') return { path: `/tmp/.X11-unix/X${display}` };
  return { host, port: 6000 + Number(display) };
}

function waylandAddress(env: Record<string, string | undefined>): net.NetConnectOpts | null {
  const { WAYLAND_DISPLAY: display, XDG_RUNTIME_DIR: folder } = env;
  if (display === undefined || display === '') return null;
  return path.isAbsolute(display) || folder !== undefined ? { path: path.resolve(folder ?? '', display) } : null;
}

function connects(address: net.NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ ...address, timeout: 2000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

export interface Display {
  /** for the environment variable DISPLAY */
  name: string;
  stop(): void;
}

/**
 * An X server without a screen, under a number that is free. It ends by `stop`, and by itself when its last window is gone.
 * Rejects when Xvfb is not installed or does not start.
 */
export function startDisplay(): Promise<Display> {
  return new Promise((resolve, reject) => {
    const args = ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp', '-terminate'];
    const child = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    child.stdio[3]?.once('data', (text: Buffer) => {
      resolve({ name: `:${text.toString().trim()}`, stop: () => void child.kill() });
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`Xvfb ended with ${code ?? 'a signal'}:\n${said}`)));
  });
}
