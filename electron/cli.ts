/** The engine without a window: `sideline upload PATH...` and the rest. Exit codes: see terminal/work.ts. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { asSidelineError, SidelineError } from '../shared/errors.ts';
import { parseDuration, parseRate, printable } from '../shared/format.ts';
import { addConnection, listConnections, removeConnection, testConnection } from './terminal/connection.ts';
import { dataFolder } from './data-folder.ts';
import { list } from './terminal/list.ts';
import { status } from './terminal/status.ts';
import { cancel, resume, retry, upload } from './terminal/upload.ts';
import type { ExitCode } from './terminal/work.ts';

const { env } = process;
/** Away from a terminal a script decides what happens after a while without network; a person is waited with. ms */
const waitWithoutTerminal = 10 * 60_000;

interface CommonOptions {
  dataDir?: string;
  json?: boolean;
}

interface RunOptions extends CommonOptions {
  limitRate?: number;
  concurrency?: number;
  wait?: number;
}

const run = (options: RunOptions) => ({
  ...common(options),
  limitRate: options.limitRate ?? null,
  concurrency: options.concurrency ?? null,
  wait: options.wait ?? (process.stdout.isTTY ? Infinity : waitWithoutTerminal),
});

const common = (options: CommonOptions) => ({ dataDir: dataFolder(options.dataDir, env), json: options.json ?? false });

function argument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : '');
    }
  };
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return number;
}

function ids(texts: readonly string[]): number[] {
  return texts.map((text) => {
    const number = Number(text.replace(/^#/, ''));
    if (Number.isSafeInteger(number) && number > 0) return number;
    throw new SidelineError('invalid-input', {
      subject: `ID: "${text}" is no number of a file; "sideline status" shows them.`,
    });
  });
}

function withCommon(command: Command): Command {
  return command
    .option('--data-dir <folder>', 'where the journal, the log and stored keys are (SIDELINE_DATA_DIR)')
    .option('--json', 'JSON lines instead of words');
}

function withRun(command: Command): Command {
  return withCommon(command)
    .option('--limit-rate <rate>', 'at most so many bytes per second: 500K, 5M', argument(parseRate))
    .addOption(
      new Option('--concurrency <count>', 'requests side by side (found out when not given)').argParser(wholeNumber),
    )
    .option(
      '--wait <duration>',
      'how long to wait without network before ending with 3 (10m; on a terminal without end)',
      argument(parseDuration),
    );
}

function program(end: (code: ExitCode) => void): Command {
  const root = new Command('sideline')
    .description('Uploads photos and videos to S3: nothing lost, nothing sent twice.')
    .version('0.1.0')
    .exitOverride()
    .showHelpAfterError('(--help shows the usage)');

  withRun(root.command('upload'))
    .argument('<path...>', 'files and folders')
    .description(
      'send files and folders, keeping their structure; goes on where an earlier run of the same was cut short',
    )
    .option('--connection <name>', 'where to (else the environment says it, or the only connection there is)')
    .option('--prefix <prefix>', 'what all keys begin with', '')
    .action(async (paths: string[], options: RunOptions & { connection?: string; prefix: string }) => {
      const { connection, prefix } = options;
      end(await upload(paths, { ...run(options), connection, prefix }, env));
    });

  withRun(root.command('resume'))
    .description('go on with everything that is not finished')
    .action(async (options: RunOptions) => end(await resume(run(options), env)));

  withRun(root.command('retry'))
    .argument('[id...]', 'numbers of files, from "status"; all that failed when none is given')
    .description('try what has failed again')
    .action(async (texts: string[], options: RunOptions) => end(await retry(ids(texts), run(options), env)));

  withCommon(root.command('cancel'))
    .argument('[id...]', 'numbers of files, from "status"; all that is not finished when none is given')
    .description('give up what is not finished; nothing half stays at the storage')
    .action(async (texts: string[], options: CommonOptions) => end(await cancel(ids(texts), common(options), env)));

  withCommon(root.command('status'))
    .description('what was sent, what waits, what failed and why')
    .action((options: CommonOptions) => end(status(common(options))));

  withCommon(root.command('ls'))
    .argument('[prefix]', 'only keys that begin with it', '')
    .option('--connection <name>', 'of which connection')
    .description('list the objects in the bucket')
    .action(async (prefix: string, options: CommonOptions & { connection?: string }) => {
      end(await list(prefix, { ...common(options), connection: options.connection }, env));
    });

  root.addCommand(connectionCommand(end));
  return root;
}

function connectionCommand(end: (code: ExitCode) => void): Command {
  const connection = new Command('connection').description('how to reach storage').exitOverride();

  withCommon(connection.command('add'))
    .argument('<name>', 'a name of your own for it')
    .requiredOption('--bucket <bucket>', 'the bucket')
    .option('--endpoint <url>', 'of an S3-compatible store (without it: Amazon S3)')
    .option('--region <region>', 'the region', 'us-east-1')
    .option('--path-style', 'https://host/bucket/key instead of https://bucket.host/key', false)
    .option('--profile <profile>', 'credentials of this AWS profile (SSO too)')
    .option('--chain', "credentials from the AWS SDK's own places: environment, default profile, role", false)
    .option('--access-key-id <id>', 'the access key; its secret is asked for, or read from AWS_SECRET_ACCESS_KEY')
    .description('store a connection')
    .action(async (name: string, options: CommonOptions & Parameters<typeof addConnection>[1]) => {
      end(await addConnection(name, { ...options, ...common(options) }, env));
    });

  withCommon(connection.command('test'))
    .argument('[name]', 'which one; else that of the environment, or the only one')
    .option('--create-bucket', 'create the bucket where there is none', false)
    .description('try it, and say what is wrong')
    .action(async (name: string | undefined, options: CommonOptions & { createBucket: boolean }) => {
      end(await testConnection(name, { ...common(options), createBucket: options.createBucket }, env));
    });

  withCommon(connection.command('list'))
    .description('show all')
    .action((options: CommonOptions) => end(listConnections(common(options))));

  withCommon(connection.command('remove'))
    .argument('<name>', 'which one')
    .description('forget it, and its stored key')
    .action(async (name: string, options: CommonOptions) => end(await removeConnection(name, common(options), env)));

  return connection;
}

/** A person gets a sentence; the whole cause is in the log of the session. */
function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const known = asSidelineError(error);
  process.stderr.write(`${printable(known.message)}\n`);
  return known.kind === 'invalid-input' || known.kind === 'journal-locked' ? 2 : 1;
}

try {
  await program((code) => {
    process.exitCode = code;
  }).parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
