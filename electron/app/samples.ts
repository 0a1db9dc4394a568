/**
 * What rules that are not saved yet would make of one file, for the form of a destination to show while they are typed: its keys,
 * headers and addresses, and how large it becomes, by really preparing it. The newest question is the only one that counts.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { batchDetailsSchema, type DestinationRules, type ImagePreparation } from '../../shared/destination.ts';
import { isS3Config } from '../../shared/connection-kind.ts';
import type { ConnectionConfig, Fingerprint } from '../../shared/domain.ts';
import { asSidelineError, reasonOf, SidelineError, type Reason } from '../../shared/errors.ts';
import type { Inspected } from '../../shared/inspected.ts';
import type { Sample, SampleResult } from '../../shared/ipc.ts';
import type { Output } from '../../shared/output.ts';
import type { PreparedOutput } from '../../shared/prepared.ts';
import { destinations as words } from '../../shared/strings/destinations.ts';
import { fingerprintOf, looksChanged } from '../engine/fingerprint.ts';
import type { Inspector } from '../engine/inspect/inspector.ts';
import { planFile, type PlannedOutput } from '../engine/plan/plan-file.ts';
import { typeFor } from '../engine/prepare/encode.ts';
import { asIs, imageOf, keyFor } from '../engine/prepare/made.ts';
import type { ImagePreparer } from '../engine/prepare/prepare-images.ts';
import { asSourceError } from '../engine/source.ts';
import { headersOf, optionsOf } from '../storage/object-options.ts';
import { publicUrl, storeUrl } from '../storage/public-url.ts';

export interface SampleQuestion {
  config: ConnectionConfig;
  rules: DestinationRules;
  /** as a batch has them: they go before those of the rules */
  fields: Readonly<Record<string, string>>;
  /** null: the photo that every Sideline has */
  sampleId: string | null;
}

export interface Samples {
  /** An absolute path that a person chose. Throws `source-gone`, `source-unreadable`, and `source-special` for what is no file. */
  add(file: string): Promise<Sample>;
  /**
   * Throws `superseded` when a newer question came meanwhile, `invalid-input` where the sample is unknown, and what reading it
   * throws. What is wrong with the rules or with the file is a refusal in the answer.
   */
  look(question: SampleQuestion): Promise<SampleResult>;
  close(): Promise<void>;
}

export interface SampleDeps {
  inspector: Pick<Inspector, 'inspect' | 'close'>;
  images: Pick<ImagePreparer, 'prepare' | 'close'>;
  /** absolute path of the photo that every Sideline has */
  photo: string;
  /** for what is made; it is emptied at the start and taken away at the end */
  folder: string;
}

interface Entry {
  /** absolute path */
  source: string;
  /** as if the folder that it lies in had been dropped */
  relativePath: string;
  /** the same for each question, or the key would be another with each letter that is typed */
  key: Output['key'];
  seen: { fingerprint: Fingerprint; inspected: Inspected } | null;
}

type Seen = NonNullable<Entry['seen']>;

/** Chosen and forgotten, the oldest first. */
const mostKept = 20;
const noDetails = batchDetailsSchema.parse({});
/** of the photo that every Sideline has */
const photoPath = 'Cup final/IMG_2041.JPG';

export function createSamples({ inspector, images, photo, folder }: SampleDeps): Samples {
  const entries = new Map<string, Entry>();
  let own: Promise<Entry> | null = null;
  let emptied: Promise<unknown> | null = null;
  let turn = 0;
  let making: { of: string; outputs: Promise<PreparedOutput[]>; abort: AbortController } | null = null;

  /** Before anything is written into it: an earlier run may have been cut short. */
  function emptyFolder(): Promise<unknown> {
    emptied ??= rm(folder, { recursive: true, force: true })
      .then(() => mkdir(folder, { recursive: true }))
      .catch((error: unknown) => {
        emptied = null;
        throw error;
      });
    return emptied;
  }

  /** A copy, for a packed app's own files are in an archive, which other processes cannot read. */
  async function ownPhoto(): Promise<Entry> {
    await emptyFolder();
    const source = path.join(folder, path.basename(photoPath));
    await writeFile(source, await readFile(photo));
    return newEntry(source, photoPath);
  }

  function entryOf(sampleId: string | null): Promise<Entry> {
    if (sampleId === null) {
      own ??= ownPhoto().catch((error: unknown) => {
        own = null;
        throw error;
      });
      return own;
    }
    const entry = entries.get(sampleId);
    if (entry === undefined) throw new SidelineError('invalid-input', { subject: words.sample.gone });
    return Promise.resolve(entry);
  }

  async function lookAt(entry: Entry): Promise<Seen> {
    const fingerprint = fingerprintOf(await statOf(entry.source));
    if (entry.seen === null || looksChanged(entry.seen.fingerprint, fingerprint))
      entry.seen = { fingerprint, inspected: await inspector.inspect(entry.source) };
    return entry.seen;
  }

  /** The last answer holds as long as nothing of the images is changed: most letters are typed into something else. */
  function prepared(source: string, { fingerprint }: Seen, wanted: readonly Wanted[]): Promise<PreparedOutput[]> {
    const of = JSON.stringify([source, fingerprint, wanted]);
    if (making?.of === of) return making.outputs;
    making?.abort.abort(new SidelineError('superseded'));
    const abort = new AbortController();
    const mine = { of, abort, outputs: make(source, wanted, abort.signal) };
    mine.outputs.catch(() => {
      if (making === mine) making = null;
    });
    making = mine;
    return mine.outputs;
  }

  async function make(source: string, wanted: readonly Wanted[], signal: AbortSignal): Promise<PreparedOutput[]> {
    const targets = wanted.map((one) => ({ ...one, target: path.join(folder, randomUUID()) }));
    try {
      await emptyFolder();
      return (await images.prepare({ source, outputs: targets }, signal)).outputs;
    } finally {
      for (const { target } of targets) await rm(target, { force: true });
    }
  }

  return {
    async add(file) {
      const found = await statOf(file);
      if (!found.isFile()) throw new SidelineError('source-special');
      const id = randomUUID();
      const [oldest] = entries.keys();
      if (entries.size >= mostKept && oldest !== undefined) entries.delete(oldest);
      const name = path.basename(file);
      const above = path.basename(path.dirname(file));
      entries.set(id, newEntry(file, above === '' ? name : `${above}/${name}`));
      return { id, name, size: found.size };
    },
    async look({ config, rules: saved, fields, sampleId }) {
      const mine = ++turn;
      const rules = { ...saved, fields: { ...saved.fields, ...fields } };
      const entry = await entryOf(sampleId);
      const seen = await lookAt(entry);
      if (turn !== mine) throw new SidelineError('superseded');
      const { type, refusal, outputs } = planOf(entry, seen, rules);
      const file = { name: path.basename(entry.relativePath), ...measuresOf(seen) };
      const result: SampleResult = { file, type, refusal, outputs: [] };
      if (refusal !== null) return result;
      const made = outputs.filter(({ todo, role }) => todo && role !== 'still');
      const wanted = made.map(({ role, name }) => ({
        image: imageOf(rules, { role, name }),
        stillDoes: role === 'derived',
      }));
      try {
        const answers = wanted.length === 0 ? [] : await prepared(entry.source, seen, wanted);
        const answerOf = (output: PlannedOutput) => answers[made.indexOf(output)] ?? null;
        const shown = { config, rules, type, seen, relativePath: entry.relativePath };
        return { ...result, outputs: outputs.map((output) => outputOf(shown, output, answerOf(output))) };
      } catch (error) {
        return { ...result, refusal: refusalOf(error) };
      }
    },
    async close() {
      making?.abort.abort(new SidelineError('superseded'));
      await Promise.all([inspector.close(), images.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Wanted {
  image: ImagePreparation;
  stillDoes: boolean;
}

function newEntry(source: string, relativePath: string): Entry {
  const key = { uuid: randomUUID(), hex8: randomBytes(4).toString('hex'), counter: 1, at: Date.now() };
  return { source, relativePath, key, seen: null };
}

function statOf(file: string) {
  return stat(file).catch((error: unknown) => {
    throw asSourceError(error, file);
  });
}

function planOf({ source, relativePath, key }: Entry, seen: Seen, rules: DestinationRules) {
  const target = { id: 0, batchId: 0, destinationId: 0, connectionId: 0, rules, sorting: [] };
  const { type, refusal, outputs } = planFile(
    { source, relativePath, key, ...seen, refusal: null },
    { targets: [target], exceptions: {} },
  );
  return { type, refusal: refusal?.reason ?? null, outputs };
}

function measuresOf({ fingerprint: { size }, inspected: { width, height } }: Seen) {
  return { size, width, height };
}

/** What an upload would say of it. What was called off, or is our own mistake, is none. */
function refusalOf(error: unknown): Reason {
  const known = asSidelineError(error);
  if (known.kind === 'superseded' || known.kind === 'internal') throw known;
  return reasonOf(known);
}

interface Shown {
  config: ConnectionConfig;
  rules: DestinationRules;
  /** of the file */
  type: string;
  seen: Seen;
  relativePath: string;
}

function outputOf(
  { config, rules, type: source, seen, relativePath }: Shown,
  { role, name, key: planned, todo }: PlannedOutput,
  answer: PreparedOutput | null,
): SampleResult['outputs'][number] {
  const made = madeOf({ rules, source, seen }, { role, name, todo }, answer);
  const key = keyFor(planned, made.type, { relativePath, type: source });
  const options = optionsOf(rules, noDetails, { type: made.type, name: path.posix.basename(key) });
  const base = rules.publicUrlBase;
  return {
    ...{ role, name, key, ...made, headers: { ...headersOf(options) } },
    url: base === null ? addressAt(config, key) : publicUrl(base, key),
  };
}

/** A backend names the objects itself: nobody knows it before. */
function addressAt(config: ConnectionConfig, key: string): string | null {
  return isS3Config(config) ? storeUrl(config, key) : null;
}

type Made = Pick<SampleResult['outputs'][number], 'size' | 'type' | 'width' | 'height' | 'changes'>;

function madeOf(
  { rules, source, seen }: Pick<Shown, 'rules' | 'seen'> & { source: string },
  { role, name, todo }: Pick<PlannedOutput, 'role' | 'name' | 'todo'>,
  answer: PreparedOutput | null,
): Made {
  const unchanged = { type: source, ...measuresOf(seen), changes: [] };
  if (!todo) return unchanged;
  const nothing = { size: null, width: null, height: null };
  if (answer === null) return { ...nothing, type: typeFor(imageOf(rules, { role, name }), source), changes: [] };
  if (answer.made) {
    const { size, type, width, height, changes } = answer;
    return { size, type, width, height, changes };
  }
  const changes = [asIs(answer.left)];
  return role === 'derived' ? { ...unchanged, ...nothing, changes } : { ...unchanged, changes };
}
