/** The fields that a destination's keys are made of, such as event_id: what a person is asked for. */
import type { DestinationRules } from './destination.ts';
import { SidelineError } from './errors.ts';
import {
  keyDate,
  parseKeyTemplate,
  placeholdersOf,
  renderKey,
  type KeyValues,
  type Placeholder,
} from './key-template/index.ts';

type Templates = Pick<DestinationRules, 'keyTemplate' | 'derived' | 'videoStill'>;

/** Each once, in order of appearance. Throws `invalid-input` where a template is none. */
export function fieldsOf({ keyTemplate, derived, videoStill }: Templates): Pick<Placeholder, 'name' | 'meaning'>[] {
  const templates = [keyTemplate, ...derived.map((one) => one.keyTemplate), videoStill?.keyTemplate ?? ''];
  const all = templates
    .filter((text) => text !== '')
    .flatMap((text) => placeholdersOf(parseKeyTemplate(text)))
    .filter(({ from }) => from === 'field');
  return [...new Map(all.map(({ name, meaning }) => [name, { name, meaning }])).values()];
}

/** Those that have no value yet. */
export function missingFields(rules: Templates & Pick<DestinationRules, 'fields'>): ReturnType<typeof fieldsOf> {
  return fieldsOf(rules).filter(({ name }) => !Object.hasOwn(rules.fields, name) || rules.fields[name]?.trim() === '');
}

/** The values of a batch before those of the destination; what is empty is none. */
export function mergedFields(
  own: Readonly<Record<string, string>>,
  batch: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...own, ...Object.fromEntries(Object.entries(batch).filter(([, value]) => value.trim() !== '')) };
}

/** Why the value of a field can be no part of a key, in a sentence; null: it can. */
export function problemOfField(name: string, fields: KeyValues['fields']): string | null {
  const date = keyDate(0, 'utc');
  const measures = { width: null, height: null };
  const sample = { relativePath: 'a', date, taken: date, counter: 1, ids: { uuid: 'a', hex8: 'a' }, measures };
  try {
    renderKey(parseKeyTemplate(`{field:${name}}`), { ...sample, fields });
    return null;
  } catch (error) {
    if (error instanceof SidelineError) return error.message;
    throw error;
  }
}
