/** Starts a real S3 for the tests: a Ceph cluster on this host, from Debian's packages. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { hasProgram } from '../runtime/programs.ts';

export interface CephServer {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Another user of it, who has no bucket: what a policy allows is all that he may do. */
export const cephGuest = {
  accessKeyId: 'guest-access-key',
  secretAccessKey: 'guest-secret-key',
  arn: 'arn:aws:iam:::user/guest',
} as const;

/** Debian's and Ubuntu's packages, and the programs of theirs that are used. */
export const cephPackages = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common'];
const programs = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph', 'ceph-authtool', 'monmaptool'];

export function missingCephPrograms(): string[] {
  return programs.filter((program) => !hasProgram(program));
}

/** Rejects with the end of its log when it does not come up. It ends when `stop` is called or this process does. */
export async function startCeph(): Promise<CephServer & { stop(): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-ceph-'));
  const [port, monitorPort] = await freePorts(2);
  const script = path.join(import.meta.dirname, 'ceph.sh');
  // Its own process group: a Ctrl-C at the terminal reaches the tests, which then end it in order.
  const child = spawn(script, [folder, String(port), String(monitorPort)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  await ready(child);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    accessKeyId: 'test-access-key',
    secretAccessKey: 'test-secret-key',
    stop: () =>
      new Promise((resolve) => {
        child.on('exit', () => resolve());
        child.stdin.end();
      }),
  };
}

function ready(child: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.stdout.once('data', () => resolve());
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`Ceph did not start (${code}):\n${said}`)));
  });
}

/** Ports that nothing used a moment ago; all of them are held until the last is found, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
