/** The engine without a window: `sideline upload PATH...` and the rest. Exit codes: see terminal/work.ts. */
import { Command, CommanderError, Option } from 'commander';
import { asSidelineError, SidelineError } from '../shared/errors.ts';
import { brokerKinds } from '../shared/broker-settings.ts';
import { presets } from '../shared/presets/index.ts';
import { printable } from '../shared/format.ts';
import { transferring as words } from '../shared/strings/terminal-transfers.ts';
import { usualAges } from '../shared/orphans.ts';
import { terminalSweep } from '../shared/strings/terminal-check.ts';
import { remedies } from './engine/upload/retry.ts';
import {
  batchId,
  collect,
  collectField,
  common,
  ids,
  limited,
  run,
  said,
  where,
  withCheck,
  withCommon,
  withHistory,
  waiting,
  withCopy,
  withLimit,
  withLink,
  withWait,
  type CopyChoice,
  withRemoval,
  withRun,
  withSaid,
  withSweep,
  withWhere,
  type CheckChoice,
  type CommonOptions,
  type HistoryOptions,
  type GetChoice,
  type LinkChoice,
  type RemovalChoice,
  type RunOptions,
  type Said,
  type SweepChoice,
  type Where,
} from './terminal/arguments.ts';
import { outliveAudience } from './terminal/audience.ts';
import { addBackend, signInAgain, type AddBackendOptions, type BackendSignIn } from './terminal/backend.ts';
import { checkSetup, showPolicy } from './terminal/check.ts';
import {
  addConnection,
  listConnections,
  removeConnection,
  testConnection,
  type AddOptions,
} from './terminal/connection.ts';
import {
  addPreset,
  exportDestinations,
  importDestinations,
  listDestinations,
  removeDestination,
} from './terminal/destination.ts';
import { exportUpload } from './terminal/export.ts';
import { showHistory } from './terminal/history.ts';
import { copy, move } from './terminal/copy.ts';
import { get } from './terminal/get.ts';
import { jsonLine, wantsJson } from './terminal/json-line.ts';
import { link } from './terminal/link.ts';
import { list, type ListOptions } from './terminal/list.ts';
import { listOrders } from './terminal/list-bucket.ts';
import { removeFromHistory } from './terminal/remove-sent.ts';
import { removal } from './terminal/removal.ts';
import { stat } from './terminal/stat.ts';
import { status } from './terminal/status.ts';
import { sweepUploads } from './terminal/sweep.ts';
import { sweepOrphans } from './terminal/sweep-orphans.ts';
import { cancel, resume, retry, showPlan, upload } from './terminal/upload.ts';
import { verifyUpload } from './terminal/verify.ts';
import type { ExitCode } from './terminal/work.ts';

const { env } = process;

type AddBackend = Omit<AddBackendOptions, 'broker'> & { broker?: string };

function program(end: (code: ExitCode) => void): Command {
  const root = new Command('sideline')
    .description('Uploads photos and videos to S3: nothing lost, nothing sent twice.')
    .version('0.1.0')
    .exitOverride()
    .showHelpAfterError('(--help shows the usage)');

  withSaid(withWhere(withRun(root.command('upload'))))
    .argument('<path...>', 'files and folders')
    .description(
      'send files and folders, keeping their structure; goes on where an earlier run of the same was cut short',
    )
    .option('--connection <name>', 'where to (else the environment says it, or the only connection there is)')
    .option('--prefix <prefix>', 'what all keys begin with', '')
    .action(async (paths: string[], options: RunOptions & Where & Said & { connection?: string }) => {
      const { connection } = options;
      end(await upload(paths, { ...run(options), ...where(options), details: said(options), connection }, env));
    });

  withWhere(withCommon(root.command('plan')))
    .argument('<path...>', 'files and folders')
    .option('--prefix <prefix>', 'what all keys begin with', '')
    .description('show what "upload" would do, file by file; sends nothing')
    .action(async (paths: string[], options: CommonOptions & Where) => {
      end(await showPlan(paths, { ...common(options), ...where(options) }));
    });

  withRun(root.command('resume'))
    .description('go on with everything that is not finished')
    .action(async (options: RunOptions) => end(await resume(run(options), env)));

  withRun(root.command('retry'))
    .argument('[id...]', 'numbers of files, from "status"; all that failed when none is given')
    .option('--kind <kind...>', 'all that failed for a reason of this kind ("denied", ...; see "status --json")')
    .description('try what has failed again')
    .action(async (texts: string[], options: RunOptions & { kind?: string[] }) =>
      end(await retry({ ids: ids(texts), kinds: options.kind ?? [] }, run(options), env)),
    );

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
    .option('-r, --recursive', 'all objects below it, in place of folders', false)
    .option('-l, --long', 'sizes in bytes, storage classes and ETags too', false)
    .addOption(
      new Option('--sort <order>', 'else as the storage lists them, from the first page on').choices(listOrders),
    )
    .option('--reverse', 'the last first', false)
    .option('--event <event>', 'over a backend that lists by event: of this one')
    .option('--type <type>', 'over such a backend: only this media type')
    .description('list folders and objects in the bucket, or what a backend lists')
    .action(async (prefix: string, options: CommonOptions & Omit<ListOptions, keyof CommonOptions>) => {
      end(await list(prefix, { ...options, ...common(options) }, env));
    });

  withCommon(root.command('stat'))
    .argument('<key...>', 'keys of objects')
    .option('--connection <name>', 'of which connection')
    .option('--version <id>', 'of a version that is no longer the latest')
    .description('show all that is known of objects: headers, metadata, tags, access, versions, and who sent them')
    .action(async (keys: string[], options: CommonOptions & { connection?: string; version?: string }) => {
      const { connection, version } = options;
      end(await stat(keys, { ...common(options), connection, version }, env));
    });

  withRemoval(withCommon(root.command('rm')))
    .argument('[name...]', 'keys of objects; with --recursive folders')
    .description('delete objects; where the bucket keeps versions it can be undone')
    .action(async (names: string[], options: CommonOptions & RemovalChoice) =>
      end(await removal(names, { ...options, ...common(options) }, env)),
    );

  withWait(withLimit(withCommon(root.command('get'))))
    .argument('<name...>', 'keys, or with --recursive folders')
    .option('--to <folder>', 'where to; it is made where it is not there', '.')
    .option('--connection <name>', 'of which connection')
    .option('-r, --recursive', 'all that is below the names too', false)
    .option('--overwrite', 'replace files that are there and are not equal', false)
    .option('--event <event>', 'over a backend that lists by event: of this one')
    .description('bring objects to this computer; goes on where an earlier run of the same was cut short')
    .action(async (names: string[], options: GetChoice) => {
      end(await get(names, { ...options, ...waiting(options), ...limited(options) }, env));
    });

  for (const [name, what, run] of [
    ['cp', 'copy objects to other keys, with all that they have', copy],
    ['mv', 'give objects other keys: each is deleted once its copy is proved', move],
  ] as const)
    withCopy(root.command(name))
      .description(what)
      .action(async (names: string[], options: CopyChoice) => {
        const target = names.pop();
        if (target === undefined || names.length === 0)
          throw new SidelineError('invalid-input', { subject: words.twoNames(name) });
        end(await run(names, target, { ...options, ...waiting(options), ...limited(options) }, env));
      });

  withLink(withCommon(root.command('link')))
    .argument('<key>', 'key of an object; with --form it may end with ${filename}')
    .description('make an address to give away: to read an object, or to put one there')
    .action(async (key: string, options: CommonOptions & LinkChoice) =>
      end(await link(key, { ...options, ...common(options) }, env)),
    );

  historyCommands(root, end);
  bucketCommands(root, end);
  root.addCommand(connectionCommand(end));
  root.addCommand(destinationCommand(end));
  return root;
}

function bucketCommands(root: Command, end: (code: ExitCode) => void): void {
  withCheck(withCommon(root.command('check')))
    .description(
      'is the bucket set up right for the destinations in use; ends with 1 where it is not. With --fix it shows each change, asks, makes it and reads it back',
    )
    .action(async ({ fix, policy, ...options }: CheckChoice) => {
      const { dataDir, json } = common(options);
      const { role, principal, ...rest } = options;
      if (policy !== undefined) end(await showPolicy({ dataDir, destination: policy, role, principal }));
      else {
        const names = fix === undefined ? null : fix === true ? [] : fix;
        end(await checkSetup({ ...rest, dataDir, json, fix: names, inputs: rest }, env));
      }
    });

  withSweep(withCommon(root.command('sweep')))
    .description('list unfinished uploads that somebody left in the bucket, ask, and remove the old ones')
    .action(async ({ olderThan, orphans, to, ...options }: SweepChoice) => {
      const all = { ...options, ...common(options) };
      if (!orphans) end(await sweepUploads({ ...all, olderThan: olderThan ?? usualAges.uploads }, env));
      else if (to === undefined) throw new SidelineError('invalid-input', { subject: terminalSweep.toNeeded });
      else end(await sweepOrphans({ ...all, to, olderThan: olderThan ?? usualAges.objects }, env));
    });
}

function historyCommands(root: Command, end: (code: ExitCode) => void): void {
  const history = withHistory(withCommon(root.command('history')))
    .description('what was sent, when, and where it is')
    .action(async (options: CommonOptions & HistoryOptions) =>
      end(await showHistory({ ...options, ...common(options) })),
    );

  // The options of "history" itself may stand before or behind its name: commander gives them to the outer command.
  history
    .command('delete')
    .argument('<id...>', 'numbers of files, from "history"')
    .option('--yes', 'without asking', false)
    .description('delete what was sent over a backend there, with its record')
    .action(async (texts: string[], options: { yes: boolean }) => {
      const outer = history.opts<CommonOptions>();
      end(await removeFromHistory(ids(texts), { ...common(outer), yes: options.yes }, env));
    });

  withCommon(root.command('verify'))
    .argument('<batch>', 'number of an upload, from "history --batches"', batchId)
    .description(
      'compare an upload with what the storage holds now; ends with 1 where something is missing or different, with 3 where something could not be compared',
    )
    .action(async (batch: number, options: CommonOptions) => end(await verifyUpload(batch, common(options), env)));

  root
    .command('export')
    .option('--data-dir <folder>', 'where the journal is (SIDELINE_DATA_DIR)')
    .argument('<batch>', 'number of an upload, from "history --batches"', batchId)
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'json']).default('csv'))
    .option('--mapping', 'only old path, key and address, as a database needs them after a migration', false)
    .option('--out <file>', 'where to; else standard output')
    .description('write all that is known of what an upload sent')
    .action(
      async (batch: number, options: CommonOptions & { format: 'csv' | 'json'; mapping: boolean; out?: string }) => {
        const { format, mapping, out } = options;
        end(await exportUpload(batch, { dataDir: common(options).dataDir, format, mapping, out }));
      },
    );
}

function connectionCommand(end: (code: ExitCode) => void): Command {
  const connection = new Command('connection').description('how to reach storage').exitOverride();

  withCommon(connection.command('add'))
    .argument('<name>', 'a name of your own for it')
    .option('--bucket <bucket>', 'the bucket')
    .addOption(
      new Option('--broker <kind>', 'a backend that hands out places, in place of a bucket').choices(brokerKinds),
    )
    .option('--url <url>', 'with --broker: its address')
    .option('--sign-in <user>', 'with --broker: the password is asked for, or read from SIDELINE_BROKER_PASSWORD')
    .option('--token-stdin', 'with --broker: a token is read from standard input', false)
    .option('--settings <file>', 'with --broker: JSON with the paths and names of fields that differ')
    .option('--endpoint <url>', 'of an S3-compatible store (without it: Amazon S3)')
    .option('--region <region>', 'the region', 'us-east-1')
    .option('--path-style', 'https://host/bucket/key instead of https://bucket.host/key', false)
    .option('--profile <profile>', 'credentials of this AWS profile (SSO too)')
    .option('--read-only', 'nothing is changed through it: for those who only look', false)
    .option('--chain', "credentials from the AWS SDK's own places: environment, default profile, role", false)
    .option('--access-key-id <id>', 'the access key; its secret is asked for, or read from AWS_SECRET_ACCESS_KEY')
    .description('store a connection')
    .action(async (name: string, options: CommonOptions & AddOptions & AddBackend) => {
      const { broker, url, ...rest } = { ...options, ...common(options) };
      if (broker === undefined) end(await addConnection(name, rest, env));
      else end(await addBackend(name, { ...rest, broker, url }, env));
    });

  withCommon(connection.command('sign-in'))
    .argument('<name>', 'a connection to a backend')
    .option('--sign-in <user>', 'the password is asked for, or read from SIDELINE_BROKER_PASSWORD')
    .option('--token-stdin', 'a token is read from standard input', false)
    .description('sign in again, where a backend asks for it')
    .action(async (name: string, options: CommonOptions & BackendSignIn) => {
      end(await signInAgain(name, { ...options, ...common(options) }, env));
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

function destinationCommand(end: (code: ExitCode) => void): Command {
  const destination = new Command('destination').description('where files go, and as what').exitOverride();

  withCommon(destination.command('list'))
    .description('show all')
    .action((options: CommonOptions) => end(listDestinations(common(options))));

  withCommon(destination.command('import'))
    .argument('<file>', 'as "export" writes it')
    .option('--connection <name>', 'over which all of them go; else each over the one that the file names')
    .option('--replace', 'put them in the place of those of the same name', false)
    .description('take over the destinations of a file: all of them, or none')
    .action(async (file: string, options: CommonOptions & { connection?: string; replace: boolean }) => {
      const { connection, replace } = options;
      end(await importDestinations(file, { ...common(options), connection, replace }, env));
    });

  withCommon(destination.command('export'))
    .argument('[file]', 'where to; else standard output')
    .option('--only <name>', 'this one; may be given several times', collect, [])
    .description('write destinations to a file for other computers; it holds no key and no password')
    .action(async (file: string | undefined, options: CommonOptions & { only: string[] }) => {
      end(await exportDestinations(file, options.only, common(options)));
    });

  withCommon(destination.command('preset'))
    .argument('<preset>', presets.map(({ id }) => id).join(', '))
    .option('--connection <name>', 'over which all of them go')
    .option('--set <field=value>', 'an answer to what it asks, such as user_id=7', collectField, {})
    .option('--replace', 'put them in the place of those of the same name', false)
    .description('add the destinations of a system that Sideline knows')
    .action(
      (id: string, options: CommonOptions & { connection?: string; set: Record<string, string>; replace: boolean }) => {
        const { connection, set: answers, replace } = options;
        end(addPreset(id, { ...common(options), connection, answers, replace }, env));
      },
    );

  withCommon(destination.command('remove'))
    .argument('<name>', 'which one')
    .description('forget it; what was sent there stays')
    .action((name: string, options: CommonOptions) => end(removeDestination(name, common(options), env)));

  return destination;
}

/** A person gets a sentence, and with --json a program a line with its kind; the whole cause is in the log of the session. */
function report(error: unknown): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const wrongUse = error instanceof CommanderError;
  const { kind, message } = wrongUse
    ? { kind: 'invalid-input' as const, message: error.message.replace(/^error: /, '') }
    : asSidelineError(error);
  if (!wrongUse) process.stderr.write(`${printable(message)}\n`); // commander has said it by itself
  if (wantsJson()) process.stdout.write(jsonLine({ event: 'error', kind, message }));
  if (kind === 'invalid-input' || kind === 'journal-locked') return 2;
  return remedies[kind] === 'network' ? 3 : 1;
}

outliveAudience(process.argv.slice(2), process);
try {
  await program((code) => {
    process.exitCode = code;
  }).parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
