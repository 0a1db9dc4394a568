/** The options that several commands share, and how their texts are read. What is wrong is refused with the option's name. */
import { Option, InvalidArgumentError, type Command } from 'commander';
import { batchDetailsSchema, type BatchDetails } from '../../shared/destination.ts';
import { SidelineError } from '../../shared/errors.ts';
import { policyRoles, type PolicyRole } from '../../shared/iam-policy.ts';
import { mendNames } from '../../shared/bucket-check.ts';
import { parseDuration, parseRate } from '../../shared/format.ts';
import { dataFolder } from '../data-folder.ts';
import { harmlessMends, type MendInputs } from './check-mends.ts';

/** Away from a terminal a script decides what happens after a while without network; a person is waited with. ms */
const waitWithoutTerminal = 10 * 60_000;

export interface CommonOptions {
  dataDir?: string;
  json?: boolean;
}

export interface WaitOptions extends CommonOptions {
  wait?: number;
}

/** Away from a terminal for so long. ms */
const waitOf = ({ wait }: WaitOptions) => wait ?? (process.stdout.isTTY ? Infinity : waitWithoutTerminal);

export const waiting = (options: WaitOptions) => ({ ...common(options), wait: waitOf(options) });

export interface LimitOptions {
  limitRate?: number;
}

export interface RunOptions extends WaitOptions, LimitOptions {
  concurrency?: number;
}

/** bytes per second; null: as fast as the line */
export const limited = ({ limitRate }: LimitOptions) => ({ limitRate: limitRate ?? null });

export const run = (options: RunOptions) => ({
  ...waiting(options),
  ...limited(options),
  concurrency: options.concurrency ?? null,
});

export const common = (options: CommonOptions) => ({
  dataDir: dataFolder(options.dataDir, process.env),
  json: options.json ?? false,
});

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

export function ids(texts: readonly string[]): number[] {
  return texts.map((text) => {
    const number = Number(text.replace(/^#/, ''));
    if (Number.isSafeInteger(number) && number > 0) return number;
    throw new SidelineError('invalid-input', {
      subject: `ID: "${text}" is no number of a file; "sideline status" shows them.`,
    });
  });
}

export function withCommon(command: Command): Command {
  return command
    .option('--data-dir <folder>', 'where the journal, the log and stored keys are (SIDELINE_DATA_DIR)')
    .option('--json', 'JSON lines instead of words');
}

export function withWait(command: Command): Command {
  return command.option(
    '--wait <duration>',
    'how long to wait without network before ending with 3 (10m; on a terminal without end)',
    argument(parseDuration),
  );
}

export function withLimit(command: Command): Command {
  return command.option('--limit-rate <rate>', 'at most so many bytes per second: 500K, 5M', argument(parseRate));
}

export function withRun(command: Command): Command {
  return withWait(
    withLimit(withCommon(command)).addOption(
      new Option('--concurrency <count>', 'requests side by side (found out when not given)').argParser(wholeNumber),
    ),
  );
}

export interface GetChoice extends WaitOptions, LimitOptions {
  connection?: string;
  to: string;
  recursive: boolean;
  overwrite: boolean;
  event?: string;
}

export interface CopyChoice extends WaitOptions, LimitOptions {
  connection?: string;
  toConnection?: string;
  recursive: boolean;
  overwrite: boolean;
  access: boolean;
}

/** What `cp` and `mv` share. */
export function withCopy(command: Command): Command {
  return withWait(withLimit(withCommon(command)))
    .argument(
      '<name...>',
      'keys, or with --recursive folders; the last one is the target: a folder where it ends with a slash',
    )
    .option('--connection <name>', 'of which connection')
    .option('--to-connection <name>', 'over which they go, where it is another one')
    .option('-r, --recursive', 'all that is below the names too', false)
    .option('--overwrite', 'replace objects that are there and are not equal', false)
    .option('--access', 'who may read the original may read the copy (ACL)', false);
}

export interface Where {
  prefix: string;
  to: string[];
  set: Record<string, string>;
}

export function withWhere(command: Command): Command {
  return command
    .option('--to <destination>', 'a destination by its name; several sort the files by their rules', collect, [])
    .option('--set <field=value>', 'a value for the keys of the destination: event_id=42', collectField, {});
}

export const where = ({ prefix, to, set }: Where) => ({ prefix, to, fields: set });

export function collect(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

export function collectField(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, value] = /^([a-z][a-z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('It is written field=value, such as event_id=42.');
  return { ...before, [name]: value };
}

export interface Said {
  title?: string;
  description?: string;
  event?: string;
  session?: string;
  person?: string;
  tag: string[];
}

/** Throws `invalid-input` that names what is too long. */
export function said({ title, description, event, session, person, tag }: Said): BatchDetails {
  const parsed = batchDetailsSchema.safeParse({ title, description, event, session, person, tags: tag });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SidelineError('invalid-input', { subject: `--${String(issue?.path[0])}: ${issue?.message ?? ''}.` });
}

export function withSaid(command: Command): Command {
  return command
    .option('--title <text>', 'of this upload; it is written to the objects, as all that follows')
    .option('--description <text>', 'of this upload')
    .option('--event <text>', 'the event')
    .option('--session <text>', 'the session')
    .option('--person <text>', 'who is in it, or who took it')
    .option('--tag <word>', 'a tag; may be given several times', collect, []);
}

export interface HistoryOptions {
  search?: string;
  destination: string[];
  tag?: string;
  batch?: number;
  since?: number;
  until?: number;
  limit: number;
  batches: boolean;
}

export function withHistory(command: Command): Command {
  return command
    .option('--search <text>', 'part of the key or of the path on this computer')
    .option('--destination <name>', 'what went there; may be given several times', collect, [])
    .option('--tag <word>', 'of uploads with this tag')
    .option('--batch <id>', 'of this upload: "history --batches" shows the numbers', batchId)
    .option('--since <date>', 'from that day on: 2026-05-01, or with a time', argument(parseSince))
    .option('--until <date>', 'up to the end of that day, or to a time', argument(parseUntil))
    .option('--limit <count>', 'so many, the newest', wholeNumber, 50)
    .option('--batches', 'the uploads instead of the files, with their numbers', false);
}

export interface LinkChoice {
  connection?: string;
  expires: number;
  download?: string | true;
  version?: string;
  public: boolean;
  upload: boolean;
  form?: string;
  event?: string;
  type?: string;
  maxSize?: number;
}

export function withLink(command: Command): Command {
  const hour = 3_600_000;
  return command
    .option('--connection <name>', 'of which connection')
    .addOption(
      new Option('--expires <duration>', 'how long it holds: 10m, 7d')
        .argParser(argument(parseDuration))
        .default(hour, '1h'),
    )
    .option('--download [name]', 'it is saved, under this name, instead of shown')
    .option('--version <id>', 'of a version that is no longer the latest')
    .addOption(
      new Option('--public', 'the address for those who may read it anyway')
        .default(false)
        .conflicts(['upload', 'form']),
    )
    .addOption(new Option('--upload', 'one to which a file can be put').default(false).conflicts(['form', 'download']))
    .option('--form <file>', 'write a page there with which somebody uploads a file in a browser')
    .option('--type <type>', 'of what is uploaded: image/jpeg, or with --form image/*')
    .option('--max-size <size>', 'with --form: 500K, 20M, 1G', argument(parseRate))
    .option('--event <event>', 'over a backend that lists by event: of this one');
}

/** The number of an upload. */
export function batchId(text: string): number {
  const number = Number(text.replace(/^#/, ''));
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It is the number of an upload: "history --batches" shows them.');
}

const parseSince = (text: string): number => parseTime(text, 0);
const parseUntil = (text: string): number => parseTime(text, 1);

/** A day begins at midnight here; `days`: so many later. ms since 1970. Throws `invalid-input`. */
function parseTime(text: string, days: number): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const date = new Date(text);
  const isReal = !Number.isNaN(date.getTime()) && /^\d{4}-\d\d-\d\d/.test(text);
  if (!isReal) throw new SidelineError('invalid-input', { subject: `"${text}" is no date: write it like 2026-05-01.` });
  if (year === undefined) return date.getTime();
  return new Date(Number(year), Number(month) - 1, Number(day) + days).getTime();
}

export interface RemovalChoice {
  connection?: string;
  recursive: boolean;
  versions: boolean;
  yes: boolean;
  dryRun: boolean;
  event?: string;
  undo?: string;
  continue?: string;
  /** true: all of them */
  log?: string | true;
  out?: string;
}

export function withRemoval(command: Command): Command {
  return command
    .option('--connection <name>', 'of which connection')
    .option('-r, --recursive', 'all that is below the names too', false)
    .option('--versions', 'old versions and the marks of deletions, for good; what is current stays', false)
    .option('--yes', 'without asking', false)
    .option('--dry-run', 'only show what would be deleted', false)
    .option('--event <event>', 'over a backend that lists by event: of this one')
    .option('--undo <deletion>', 'bring back what a deletion took, where the bucket keeps versions')
    .option('--continue <deletion>', 'delete what is left of one that was cut short, or of which some failed')
    .option('--log [deletion]', 'the deletions that were, or what became of each object of one')
    .option('--out <file>', 'with --log of one: write it to a file, .csv or .json');
}

export interface CheckChoice extends CommonOptions, MendInputs {
  connection?: string;
  fix?: true | string[];
  yes: boolean;
  changes: boolean;
  putBack?: string;
  policy?: string;
  role: PolicyRole;
  principal?: string;
}

export function withCheck(command: Command): Command {
  return command
    .option('--connection <name>', 'of which connection')
    .option(
      '--fix [name...]',
      `set right what is named (${mendNames.join(', ')}); without names what harms nobody (${harmlessMends.join(', ')})`,
    )
    .option('--yes', 'make the changes without asking', false)
    .option('--changes', 'list the changes to its settings that were made from this computer', false)
    .option('--put-back <change>', 'show what was there before one of these, ask, and put it back')
    .option('--origin <url>', 'for "cors": the address of a web page; may be given several times', collect, [])
    .option('--upload', 'for "cors": its pages may send, too', false)
    .option('--prefix <prefix>', 'for "expire", "archive" and "public-read": which folder')
    .option('--days <count>', 'for "abort-uploads", "expire" and "archive": after how many', wholeNumber)
    .option('--storage-class <class>', 'for "archive": to which class')
    .option('--key-id <id>', 'for "encryption": with this key of the key service')
    .option('--policy <destination>', 'print the least that a key must be allowed for this destination')
    .addOption(new Option('--role <role>', 'with --policy: for whom').choices(policyRoles).default('upload'))
    .option('--principal <arn>', 'with --policy: as a policy of the bucket, for a store without IAM');
}

export interface SweepChoice extends CommonOptions {
  connection?: string;
  olderThan?: number;
  yes: boolean;
  orphans: boolean;
  to?: string;
  delete: boolean;
  forget: boolean;
}

export function withSweep(command: Command): Command {
  return command
    .option('--connection <name>', 'of which connection')
    .option('--older-than <duration>', 'only what is older: 7d for uploads, 1d for objects', argument(parseDuration))
    .option('--yes', 'without asking', false)
    .option(
      '--orphans',
      'with --to: also objects that nobody knows of, and what this computer or a backend has a record of and is gone',
      false,
    )
    .option('--to <destination>', 'with --orphans: under this destination')
    .option('--delete', 'with --orphans: delete the objects that this computer has not sent, after asking', false)
    .option(
      '--forget',
      'with --orphans: take what is gone out of the history and the records of backends, after asking',
      false,
    );
}
