/** sideline destination: list, import, export, remove. */
import { writeFile } from 'node:fs/promises';
import { destinationFileText, type NamedDestination } from '../../shared/destination-file.ts';
import type { Destination } from '../../shared/destination.ts';
import { SidelineError } from '../../shared/errors.ts';
import { printable } from '../../shared/format.ts';
import { presets, type Preset } from '../../shared/presets/index.ts';
import { readDestinationFile, storeDestinations, takenNames, withConnectionNames } from '../app/destination-files.ts';
import type { WantedTarget } from '../engine/engine.ts';
import type { Journal } from '../journal/journal.ts';
import { openJournal } from '../journal/open.ts';
import { chooseConnection, named } from './choose-connection.ts';
import type { Environment } from './environment.ts';
import { jsonLine, tell } from './json-line.ts';
import { openTold } from './open-session.ts';

interface Options {
  dataDir: string;
  json: boolean;
}

/** Only reads, so that it works while another Sideline uploads. */
export function listDestinations(options: Options): 0 {
  return reading(options, (journal) => {
    const all = (journal?.destinations() ?? []).map((one) => ({ id: one.id, ...withConnection(journal, one) }));
    if (options.json) process.stdout.write(jsonLine(all));
    else process.stdout.write(all.length === 0 ? 'There is no destination yet.\n' : all.map(describe).join(''));
    return 0;
  });
}

function describe({ connection, rules }: NamedDestination): string {
  const prefix = rules.prefix === '' ? '' : `${rules.prefix.replace(/\/$/, '')}/`;
  return printable(`${rules.name}: ${prefix}${rules.keyTemplate} over ${connection}`) + '\n';
}

/** To the file, or to standard output where it is not given. Throws `invalid-input` where one of the names is unknown. */
export async function exportDestinations(
  file: string | undefined,
  names: readonly string[],
  options: Options,
): Promise<0> {
  const text = reading(options, (journal) => {
    const all = journal?.destinations() ?? [];
    const chosen = names.length === 0 ? all : names.map((name) => destinationNamed(all, name, '--only'));
    return destinationFileText(withConnectionNames(journal, chosen));
  });
  if (file === undefined) process.stdout.write(text);
  else await writeFile(file, text);
  return 0;
}

export interface ImportOptions extends Options {
  /** over which all of them go; else each over the connection that the file names */
  connection: string | undefined;
  /** What has the same name is replaced. */
  replace: boolean;
}

/** All of the file, or nothing. Throws `invalid-input` with the place in the file, the connection or the name that is wrong. */
export async function importDestinations(file: string, options: ImportOptions, env: Environment): Promise<0> {
  const wanted = await readDestinationFile(file);
  const session = openTold({ folder: options.dataDir, env });
  try {
    const { journal } = session;
    refuseTaken(journal, wanted, options.replace);
    const connections = journal.connections();
    const placed = wanted.map(({ connection, rules }) => ({
      connectionId: named(connections, options.connection ?? connection).id,
      rules,
    }));
    storeDestinations(journal, placed);
  } finally {
    session.close();
  }
  const count = wanted.length === 1 ? '1 destination is' : `${wanted.length} destinations are`;
  process.stdout.write(options.json ? jsonLine({ imported: wanted.length }) : `${count} imported.\n`);
  return 0;
}

function nameTaken(name: string): SidelineError {
  return new SidelineError('invalid-input', {
    subject: `There is a destination named "${name}" already: give --replace to put this one in its place. Nothing was stored.`,
  });
}

export interface PresetOptions extends Options {
  connection: string | undefined;
  /** to what the preset asks */
  answers: Readonly<Record<string, string>>;
  /** What has the same name is replaced. */
  replace: boolean;
}

/** All destinations of a preset. Throws `invalid-input` with what is missing or wrong: the preset, answers, connection, a name. */
export function addPreset(id: string, options: PresetOptions, env: Environment): 0 {
  const rules = presetNamed(id).destinations(options.answers);
  const session = openTold({ folder: options.dataDir, env });
  try {
    const { journal } = session;
    const { id: connectionId } = chooseConnection(journal, options.connection, env);
    refuseTaken(
      journal,
      rules.map((one) => ({ rules: one })),
      options.replace,
    );
    storeDestinations(
      journal,
      rules.map((one) => ({ connectionId, rules: one })),
    );
  } finally {
    session.close();
  }
  const names = rules.map(({ name }) => name);
  process.stdout.write(options.json ? jsonLine({ added: names }) : `Added: ${names.join(', ')}.\n`);
  return 0;
}

function presetNamed(id: string): Preset {
  const found = presets.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new SidelineError('invalid-input', {
    subject: `PRESET: there is none named "${id}" (there are: ${presets.map((one) => one.id).join(', ')}).`,
  });
}

function refuseTaken(journal: Journal, wanted: Parameters<typeof takenNames>[1], replace: boolean): void {
  const [taken] = takenNames(journal, wanted);
  if (taken !== undefined && !replace) throw nameTaken(taken);
}

export function removeDestination(name: string, options: Options, env: Environment): 0 {
  const session = openTold({ folder: options.dataDir, env });
  try {
    session.journal.removeDestination(destinationNamed(session.journal.destinations(), name, 'NAME').id);
  } finally {
    session.close();
  }
  tell(`Destination "${name}" is removed. What was sent there stays.`);
  return 0;
}

/** `fields`: values of the key template's fields, for this time. Throws `invalid-input` where a name is unknown. */
export function targetsOf(
  journal: Pick<Journal, 'destinations'> | null,
  names: readonly string[],
  fields: Readonly<Record<string, string>>,
): WantedTarget[] {
  const all = journal?.destinations() ?? [];
  return names.map((name) => {
    const { id, connectionId, rules } = destinationNamed(all, name, '--to');
    // Alone it gets everything.
    const sorting = names.length === 1 ? [] : rules.sorting;
    const filled = { ...rules, fields: { ...rules.fields, ...fields } };
    return { destinationId: id, connectionId, rules: filled, sorting };
  });
}

export function destinationNamed(all: readonly Destination[], name: string, field: string): Destination {
  const found = all.find(({ rules }) => rules.name === name);
  if (found !== undefined) return found;
  const known = all.map(({ rules }) => rules.name).join(', ');
  throw new SidelineError('invalid-input', {
    subject: `${field}: there is no destination named "${name}"${known === '' ? '' : ` (there are: ${known})`}.`,
  });
}

function withConnection(journal: Journal | null, { connectionId, rules }: Destination): NamedDestination {
  return { connection: journal?.connection(connectionId).name ?? '', rules };
}

function reading<T>({ dataDir }: Options, work: (journal: Journal | null) => T): T {
  const journal = openJournal({ folder: dataDir, readOnly: true });
  try {
    return work(journal);
  } finally {
    journal?.close();
  }
}
