/** Where what a destination makes of files goes, and which parts of those keys are the same for all files. */
import type { DestinationRules } from '../destination.ts';
import { SidelineError } from '../errors.ts';
import { keyDate } from './dates.ts';
import { placeholdersOf, renderKey, type KeyTemplate, type KeyValues } from './index.ts';

export type Placing = Pick<
  DestinationRules,
  'prefix' | 'keyTemplate' | 'fields' | 'derived' | 'videoStill' | 'originalPrefix'
>;

/** Of the file itself, what is derived of it, its still, and the original beside a prepared one. */
export function keyPlaces(rules: Placing): { prefix: string; keyTemplate: string }[] {
  const { prefix, keyTemplate, derived, videoStill, originalPrefix } = rules;
  return [
    { prefix, keyTemplate },
    ...derived.map((one) => ({ prefix, keyTemplate: one.keyTemplate })),
    ...(videoStill === null ? [] : [{ prefix, keyTemplate: videoStill.keyTemplate }]),
    ...(originalPrefix === null ? [] : [{ prefix: originalPrefix, keyTemplate }]),
  ];
}

const date = keyDate(0, 'utc');
const measures = { width: null, height: null };
const anyFile = { relativePath: 'x', date, taken: date, counter: 1, ids: { uuid: 'x', hex8: 'x' }, measures };

/** A text of fixed parts alone, with nothing of any file in it. Null: no key can be made of it. */
export function fixedText(template: KeyTemplate, fields: KeyValues['fields']): string | null {
  return unlessRefused(() => renderKey(template, { ...anyFile, fields }));
}

/** What is the same in every key of the destination: text, or a field that it has a good value for. Null: it differs. */
export function fixedPart(part: KeyTemplate['parts'][number], fields: KeyValues['fields']): string | null {
  if ('literal' in part) return part.literal;
  const alone = { text: '', parts: [part] };
  return placeholdersOf(alone).every(({ from }) => from === 'field') ? fixedText(alone, fields) : null;
}

/** Null: what it makes is refused as a key. */
export function unlessRefused<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof SidelineError) return null;
    throw error;
  }
}
