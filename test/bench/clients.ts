/** Who is compared, and how each is called: as its users would, at its fastest settings that still check what they send. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { DiscardAddress } from '../servers/discard-server.ts';
import { nodeOptions } from '../servers/node-options.ts';
import type { Command } from './measure.ts';

export interface Client {
  name: string;
  /** What its user has done once, before the first upload: not measured. Called before each upload. */
  prepare(): Command | null;
  big(file: string, key: string): Command;
  small(folder: string, prefix: string): Command;
}

const here = import.meta.dirname;

/** Those that this machine has; the others are named in `missing`. `scratch`: a folder for what they write. */
export function findClients(server: DiscardAddress, scratch: string): { clients: Client[]; missing: string[] } {
  const env = environment(server);
  const clients = [sideline(server, env, scratch), libStorage(server, env)];
  const missing: string[] = [];
  const aws = findAws();
  if (aws === null) missing.push('aws-cli');
  else clients.push(awsCli(server, env, aws));
  if (isInstalled('rclone', 'version')) clients.push(rclone(server, env, scratch));
  else missing.push('rclone');
  return { clients, missing };
}

/** What the machine's own AWS settings and proxies would change is left out. */
function environment(server: DiscardAddress): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|RCLONE|SIDELINE)_|_proxy$/i.test(name));
  return {
    ...Object.fromEntries(own),
    AWS_ACCESS_KEY_ID: server.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
    AWS_REGION: server.region,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Its connection has been tested, as those who set one up do; nothing was sent before. */
function sideline(server: DiscardAddress, env: Command['env'], scratch: string): Client {
  const program = process.execPath;
  let runs = 0;
  const data = () => path.join(scratch, `sideline-${runs}`);
  const own = {
    ...env,
    SIDELINE_S3_BUCKET: server.bucket,
    SIDELINE_S3_ENDPOINT: server.endpoint,
    SIDELINE_S3_PATH_STYLE: '1',
  };
  const upload = (what: string, prefix: string): Command => ({
    program,
    args: [...nodeOptions(), path.join(here, 'client-sideline.ts'), what, prefix, data()],
    env: own,
  });
  const cli = path.join(here, '..', '..', 'electron', 'cli.ts');
  return {
    name: 'Sideline',
    prepare() {
      runs += 1;
      return { program, args: [cli, 'connection', 'test', '--data-dir', data()], env: own };
    },
    big: (file, key) => upload(file, path.posix.dirname(key)),
    small: upload,
  };
}

function libStorage(server: DiscardAddress, env: Command['env']): Client {
  const script = path.join(here, 'client-lib-storage.ts');
  const upload = (what: string, key: string): Command => ({
    program: process.execPath,
    args: [script, server.endpoint, server.bucket, key, what],
    env,
  });
  return { name: 'lib-storage', prepare: () => null, big: upload, small: upload };
}

/** Its default settings, with no config file. */
function awsCli(server: DiscardAddress, env: Command['env'], program: string): Client {
  const to = ['--endpoint-url', server.endpoint, 's3', 'cp', '--no-progress', '--only-show-errors'];
  return {
    name: 'aws-cli',
    prepare: () => null,
    big: (file, key) => ({ program, args: [...to, file, `s3://${server.bucket}/${key}`], env }),
    small: (folder, prefix) => ({
      program,
      args: [...to, '--recursive', folder, `s3://${server.bucket}/${prefix}`],
      env,
    }),
  };
}

/** Without the looks at what is there already; the HEAD after each upload is how it checks, and stays. */
function rclone(server: DiscardAddress, env: Command['env'], scratch: string): Client {
  const quick = ['--s3-no-check-bucket', '--no-check-dest', '--config', path.join(scratch, 'rclone.conf'), '--quiet'];
  const configured = {
    ...env,
    RCLONE_CONFIG_BENCH_TYPE: 's3',
    RCLONE_CONFIG_BENCH_PROVIDER: 'Other',
    RCLONE_CONFIG_BENCH_ENDPOINT: server.endpoint,
    RCLONE_CONFIG_BENCH_REGION: server.region,
    RCLONE_CONFIG_BENCH_ACCESS_KEY_ID: server.accessKeyId,
    RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY: server.secretAccessKey,
  };
  const at = (key: string) => `bench:${server.bucket}/${key}`;
  const command = (args: string[]): Command => ({ program: 'rclone', args: [...args, ...quick], env: configured });
  return {
    name: 'rclone',
    prepare: () => null,
    big: (file, key) => command(['copyto', file, at(key), '--s3-upload-concurrency', '4', '--s3-chunk-size', '8M']),
    small: (folder, prefix) => command(['copy', folder, at(prefix), '--transfers', '32', '--checkers', '32']),
  };
}

function isInstalled(program: string, argument: string): boolean {
  return spawnSync(program, [argument], { stdio: 'ignore' }).status === 0;
}

/** The program itself: pyenv's stand-in for it takes time of its own. */
export function findAws(): string | null {
  if (!isInstalled('aws', '--version')) return null;
  const real = spawnSync('pyenv', ['which', 'aws'], { encoding: 'utf8' });
  return real.status === 0 ? real.stdout.trim() : 'aws';
}
