/** Where an offer is to go, as it is typed and chosen: plain data, and what it means. Pure. */
import { backendField, backendKind } from '../../../../shared/backend-fields.ts';
import type { Destination, SortingRule } from '../../../../shared/destination.ts';
import type { ConnectionInfo } from '../../../../shared/ipc.ts';
import { fieldsOf, mergedFields, problemOfField } from '../../../../shared/template-fields.ts';
import type { Exceptions, Placement } from '../../../../shared/upload-plan.ts';
import { uploads } from '../../../../shared/strings/uploads.ts';

const words = uploads.offer;

export interface Chosen {
  destinationId: number;
  /** null: as the destination has them */
  rules: readonly SortingRule[] | null;
}

export interface OfferDraft {
  to: Placement['to'];
  connectionId: number | null;
  prefix: string;
  /** in their order */
  chosen: readonly Chosen[];
  /** by name */
  fields: Readonly<Record<string, string>>;
  exceptions: Exceptions;
}

export type Destinations = readonly Destination[];
export type Connections = readonly Pick<ConnectionInfo, 'id' | 'config'>[];

/** What is there of what was chosen, with its place among the chosen. */
export function chosenOf(draft: OfferDraft, all: Destinations): { chosen: Chosen; destination: Destination }[] {
  return draft.chosen.flatMap((chosen) => {
    const destination = all.find(({ id }) => id === chosen.destinationId);
    return destination === undefined ? [] : [{ chosen, destination }];
  });
}

/** The rules that hold: a destination that is alone gets everything, unless somebody says otherwise. */
export function rulesOf({ rules }: Chosen, destination: Destination, alone: boolean): readonly SortingRule[] {
  return rules ?? (alone ? [] : destination.rules.sorting);
}

/** null: nothing is chosen yet */
export function placementOf(draft: OfferDraft, all: Destinations, connections: Connections): Placement | null {
  if (draft.to === 'connection') {
    const { connectionId, prefix } = draft;
    return connectionId === null ? null : { to: 'connection', connectionId, prefix: prefix.trim() };
  }
  const chosen = chosenOf(draft, all);
  if (chosen.length === 0) return null;
  const targets = chosen.map(({ chosen: one, destination }) => ({
    destinationId: destination.id,
    sorting: [...rulesOf(one, destination, chosen.length === 1)],
    fields: fieldsFor(draft, destination, connections),
  }));
  const ids = new Set(targets.map(({ destinationId }) => destinationId));
  const kept = Object.entries(draft.exceptions).filter(([, id]) => id === null || ids.has(id));
  return { to: 'destinations', targets, exceptions: Object.fromEntries(kept) };
}

function fieldsFor({ fields }: OfferDraft, destination: Destination, connections: Connections): Record<string, string> {
  const own = namesAsked(destination, connections);
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => own.includes(name) && value.trim() !== ''),
  );
}

export interface AskedField {
  name: string;
  label: string;
  /** the destinations whose keys it is a part of */
  of: string;
  /** It is nothing of a key, but what their backend must be told. */
  isTold: boolean;
  /** null: it will do */
  problem: string | null;
}

/** What its keys are made of; and what the backend must be told, over which it goes. */
function namesAsked({ rules, connectionId }: Destination, connections: Connections): string[] {
  const kind = backendKind(connections.find(({ id }) => id === connectionId)?.config);
  const told = kind === null ? null : backendField(kind);
  const names = fieldsOf(rules).map(({ name }) => name);
  return told === null || !told.needed || names.includes(told.name) ? names : [...names, told.name];
}

/** What the chosen destinations still need, each once. */
export function askedFields(draft: OfferDraft, all: Destinations, connections: Connections): AskedField[] {
  if (draft.to !== 'destinations') return [];
  const asked = new Map<string, { names: string[]; isTold: boolean }>();
  for (const { destination } of chosenOf(draft, all)) {
    for (const name of namesAsked(destination, connections)) {
      if ((destination.rules.fields[name] ?? '').trim() !== '') continue;
      const before = asked.get(name) ?? { names: [], isTold: true };
      const isTold = before.isTold && !fieldsOf(destination.rules).some((field) => field.name === name);
      asked.set(name, { names: [...before.names, destination.rules.name], isTold });
    }
  }
  return [...asked].map(([name, { names, isTold }]) => ({
    ...{ name, label: words.fields.labels[name] ?? spelledOut(name), of: names.join(', '), isTold },
    problem: fieldProblem(name, draft.fields),
  }));
}

function fieldProblem(name: string, fields: OfferDraft['fields']): string | null {
  if ((fields[name] ?? '').trim() === '') return words.fields.needed;
  return problemOfField(name, mergedFields({}, fields));
}

/** `team_name`: "Team name" */
function spelledOut(name: string): string {
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** It goes; or it comes before those that were made after it: a preset makes first what is to be asked first. */
export function toggled(chosen: readonly Chosen[], destinationId: number): Chosen[] {
  const others = chosen.filter((one) => one.destinationId !== destinationId);
  if (others.length < chosen.length) return others;
  const later = chosen.findIndex((one) => one.destinationId > destinationId);
  return chosen.toSpliced(later === -1 ? chosen.length : later, 0, { destinationId, rules: null });
}

/** One place up (-1) or down (1), as far as there is one. */
export function moved(chosen: readonly Chosen[], destinationId: number, step: -1 | 1): Chosen[] {
  const from = chosen.findIndex((one) => one.destinationId === destinationId);
  const [one] = chosen.slice(from, from + 1);
  const to = from + step;
  if (one === undefined || from === -1 || to < 0 || to >= chosen.length) return [...chosen];
  return chosen.toSpliced(from, 1).toSpliced(to, 0, one);
}

export function withRules(
  chosen: readonly Chosen[],
  destinationId: number,
  rules: readonly SortingRule[] | null,
): Chosen[] {
  return chosen.map((one) => (one.destinationId === destinationId ? { ...one, rules } : one));
}

/** `undefined`: as the rules say */
export function withExceptions(
  exceptions: Exceptions,
  paths: Iterable<string>,
  to: number | null | undefined,
): Exceptions {
  const changed = new Map(Object.entries(exceptions));
  for (const path of paths) {
    if (to === undefined) changed.delete(path);
    else changed.set(path, to);
  }
  return Object.fromEntries(changed);
}

/** As the border between the processes takes them: a call is only so large. */
export function areTooMany(exceptions: Exceptions): boolean {
  const paths = Object.keys(exceptions);
  return paths.length > 10_000 || paths.reduce((sum, path) => sum + path.length, 0) > 900_000;
}
