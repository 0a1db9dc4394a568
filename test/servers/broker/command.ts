/**
 * The reference backend by hand, over the storage that the environment names as for the terminal command:
 *
 *   SIDELINE_S3_ENDPOINT=... SIDELINE_S3_BUCKET=... AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=... \
 *     node test/servers/broker/command.ts [PORT]
 *
 * prints one line of JSON (where it listens and who may sign in) and lives until its stdin closes or it gets SIGTERM. With
 * SIDELINE_BROKER_RECORDS, a file, its records outlive it.
 */
import { z } from 'zod';
import { startBroker } from './broker.ts';

const environment = z
  .object({
    SIDELINE_S3_ENDPOINT: z.url(),
    SIDELINE_S3_REGION: z.string().default('us-east-1'),
    SIDELINE_S3_BUCKET: z.string(),
    AWS_ACCESS_KEY_ID: z.string(),
    AWS_SECRET_ACCESS_KEY: z.string(),
    SIDELINE_BROKER_RECORDS: z.string().optional(),
  })
  .parse(process.env);

const file = environment.SIDELINE_BROKER_RECORDS;
const broker = await startBroker({
  storage: {
    endpoint: environment.SIDELINE_S3_ENDPOINT,
    region: environment.SIDELINE_S3_REGION,
    bucket: environment.SIDELINE_S3_BUCKET,
    accessKeyId: environment.AWS_ACCESS_KEY_ID,
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
  },
  port: Number(process.argv[2] ?? 0),
  records: file === undefined ? {} : { file },
});
console.log(JSON.stringify({ url: broker.url, users: broker.users }));
const end = () => void broker.stop().then(() => process.exit());
process.stdin.on('end', end).on('error', end).resume();
process.on('SIGTERM', end);
