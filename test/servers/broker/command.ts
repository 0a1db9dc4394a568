/**
 * The reference backend by hand, over the storage that the environment names as for the terminal command:
 *
 *   SIDELINE_S3_ENDPOINT=... SIDELINE_S3_BUCKET=... AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=... \
 *     node test/servers/broker/command.ts [PORT]
 *
 * prints one line of JSON (where it listens and who may sign in) and lives until its stdin closes or it gets SIGTERM. A port
 * that is taken is replaced by another. With SIDELINE_BROKER_FOLDER, a folder, its records and secrets outlive it, and who
 * started it reads on standard error how to sign in.
 */
import path from 'node:path';
import { z } from 'zod';
import { startBroker, type Broker, type BrokerOptions } from './broker.ts';
import { keptSecrets } from './kept-secrets.ts';

const environment = z
  .object({
    SIDELINE_S3_ENDPOINT: z.url(),
    SIDELINE_S3_REGION: z.string().default('us-east-1'),
    SIDELINE_S3_BUCKET: z.string(),
    AWS_ACCESS_KEY_ID: z.string(),
    AWS_SECRET_ACCESS_KEY: z.string(),
    SIDELINE_BROKER_FOLDER: z.string().optional(),
  })
  .parse(process.env);

const folder = environment.SIDELINE_BROKER_FOLDER;
const kept = folder === undefined ? null : await keptSecrets(path.join(folder, 'secrets.json'));
const options: BrokerOptions = {
  storage: {
    endpoint: environment.SIDELINE_S3_ENDPOINT,
    region: environment.SIDELINE_S3_REGION,
    bucket: environment.SIDELINE_S3_BUCKET,
    accessKeyId: environment.AWS_ACCESS_KEY_ID,
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
  },
  port: Number(process.argv[2] ?? 0),
  ...(folder === undefined ? {} : { records: { file: path.join(folder, 'records.sqlite') } }),
  ...(kept === null
    ? {}
    : { secret: kept.tokenSecret, users: [{ username: 'coach', password: kept.password, id: 'user1' }] }),
};

async function start(): Promise<Broker> {
  try {
    return await startBroker(options);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      return await startBroker({ ...options, port: 0 });
    throw error;
  }
}

const broker = await start();
const end = () => void broker.stop().then(() => process.exit());
process.stdin.once('end', end).once('error', end).resume();
process.once('SIGTERM', end);
// A terminal sends Ctrl-C to all: who holds the other end of stdin decides.
if (!process.stdin.isTTY) process.on('SIGINT', () => undefined);
if (kept !== null)
  process.stderr.write(`Practice backend at ${broker.url}: sign in as coach with the password ${kept.password}\n`);
console.log(JSON.stringify({ url: broker.url, users: broker.users }));
