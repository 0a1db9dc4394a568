/** Answers the calls about destinations. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { destinationFileText, type NamedDestination } from '../../shared/destination-file.ts';
import type { Destination } from '../../shared/destination.ts';
import { SidelineError } from '../../shared/errors.ts';
import type { DestinationFile, ParsedInput } from '../../shared/ipc.ts';
import { destinations as words } from '../../shared/strings/destinations.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import { readDestinationFile, storeDestinations, takenNames, withConnectionNames } from '../app/destination-files.ts';
import type { Samples } from '../app/samples.ts';
import type { Journal } from '../journal/journal.ts';
import type { Handlers } from './handlers.ts';

export interface DestinationDeps {
  journal: Pick<
    Journal,
    | 'addDestination'
    | 'committed'
    | 'connection'
    | 'connections'
    | 'destinations'
    | 'removeDestination'
    | 'together'
    | 'updateDestination'
  >;
  samples: Pick<Samples, 'add' | 'look'>;
  /** The system's dialog for one file: its absolute path, null when it was cancelled. */
  chooseFile(kind: 'sample' | 'destinations'): Promise<string | null>;
  /** The system's dialog: the absolute path to save to, null when it was cancelled. */
  askWhere(name: string): Promise<string | null>;
  /** The list of destinations is another. */
  onChange(): void;
}

type Calls = Extract<keyof Handlers, `destinations.${string}`>;

/** Files that were looked at and not imported; the oldest is forgotten. */
const mostFiles = 10;

export function destinationHandlers(deps: DestinationDeps): Pick<Handlers, Calls> {
  const { journal, samples } = deps;
  const files = new Map<string, NamedDestination[]>();

  /** Written, and survives whatever comes. */
  async function changed(): Promise<void> {
    await journal.committed();
    deps.onChange();
  }

  return {
    'destinations.list': () => journal.destinations(),
    async 'destinations.save'({ destinations }) {
      refuseTakenNames(journal.destinations(), destinations);
      for (const draft of destinations) connectionOf(journal, draft.connectionId);
      const saved = unlessTaken(() => journal.together(() => destinations.map((draft) => save(journal, draft))));
      await changed();
      return saved;
    },
    async 'destinations.remove'({ id }) {
      journal.removeDestination(existing(journal, id).id);
      await changed();
      return null;
    },
    async 'destinations.chooseSample'() {
      const file = await deps.chooseFile('sample');
      return file === null ? null : await samples.add(file);
    },
    'destinations.sample': ({ connectionId, rules, fields, sampleId }) =>
      samples.look({ config: connectionOf(journal, connectionId).config, rules, fields, sampleId }),
    async 'destinations.readFile'() {
      const file = await deps.chooseFile('destinations');
      if (file === null) return null;
      const found = await readDestinationFile(file);
      const [oldest] = files.keys();
      if (files.size >= mostFiles && oldest !== undefined) files.delete(oldest);
      const id = randomUUID();
      files.set(id, found);
      return { id, name: path.basename(file), destinations: shown(journal, found) };
    },
    async 'destinations.import'({ fileId, connections, replace }) {
      const found = files.get(fileId);
      if (found === undefined) throw refused(words.file.gone);
      const taken = takenNames(journal, found);
      if (taken.length > 0 && !replace) throw refused(words.file.taken(taken));
      const wanted = found.map(({ connection, rules }) => ({
        connectionId: connectionOf(journal, chosen(connections, connection)).id,
        rules,
      }));
      unlessTaken(() => storeDestinations(journal, wanted));
      files.delete(fileId);
      await changed();
      return { imported: wanted.length };
    },
    async 'destinations.export'({ ids }) {
      const all = journal.destinations();
      const wanted = withConnectionNames(
        journal,
        ids.map((id) => existing({ destinations: () => all }, id)),
      );
      const file = await deps.askWhere(fileNameFor(wanted));
      if (file === null) return null;
      await write(file, destinationFileText(wanted));
      return file;
    },
  };
}

type Draft = ParsedInput<'destinations.save'>['destinations'][number];

function save(journal: DestinationDeps['journal'], { id, connectionId, rules }: Draft): Destination {
  if (id === null) return journal.addDestination(connectionId, rules);
  const edited = { ...existing(journal, id), connectionId, rules };
  journal.updateDestination(edited);
  return edited;
}

/** Those that are edited give their names free for each other. */
function refuseTakenNames(stored: readonly Destination[], drafts: readonly Draft[]): void {
  const edited = new Set(drafts.map(({ id }) => id));
  const taken = new Set(stored.filter(({ id }) => !edited.has(id)).map(({ rules }) => rules.name));
  for (const { rules } of drafts) {
    if (taken.has(rules.name)) throw refused(words.refusals.nameTaken(rules.name));
    taken.add(rules.name);
  }
}

/** The journal's own word on it: the names that removed ones were given count too. */
function unlessTaken<T>(write: () => T): T {
  try {
    return write();
  } catch (cause) {
    const taken = cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_CONSTRAINT_UNIQUE';
    throw taken ? refused(words.refusals.nameReserved, cause) : cause;
  }
}

function existing(journal: Pick<DestinationDeps['journal'], 'destinations'>, id: number): Destination {
  const found = journal.destinations().find((one) => one.id === id);
  if (found === undefined) throw refused(words.refusals.gone);
  return found;
}

function connectionOf({ connections }: Pick<DestinationDeps['journal'], 'connections'>, id: number | null) {
  const found = connections().find((one) => one.id === id);
  if (found === undefined) throw refused(refusals.connectionGone);
  return found;
}

function shown(
  journal: DestinationDeps['journal'],
  found: readonly NamedDestination[],
): DestinationFile['destinations'] {
  const connections = journal.connections();
  const taken = new Set(takenNames(journal, found));
  return found.map(({ connection, rules: { name } }) => ({
    ...{ name, connection, exists: taken.has(name) },
    connectionId: connections.find((one) => one.name === connection)?.id ?? null,
  }));
}

/** Throws `invalid-input` that names the connection of the file for which none was chosen. */
function chosen(connections: Readonly<Record<string, number>>, name: string): number | null {
  const id = Object.hasOwn(connections, name) ? connections[name] : undefined;
  if (id === undefined) throw refused(words.file.unplaced(name));
  return id;
}

function fileNameFor(wanted: readonly NamedDestination[]): string {
  const [only, ...more] = wanted;
  const word = only === undefined || more.length > 0 ? '' : only.rules.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  return word === '' || word === '-' ? 'sideline-destinations.json' : `sideline-${word}.json`;
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw refused(words.file.notWritten(file), cause);
  }
}

function refused(subject: string, cause?: unknown): SidelineError {
  return new SidelineError('invalid-input', { subject, cause });
}
