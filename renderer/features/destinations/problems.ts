/** What the schema refuses, as sentences at the fields of the form. Pure. */
import { longestKey } from '../../../shared/key-template/index.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import type { FormValues } from './draft.ts';
import { listOf } from './typed.ts';

/** A sentence for a field, by its place in the rules: `image.width`, `derived.0.name`. */
export type FieldProblems = Record<string, string>;

/** What of zod's issues is looked at. */
export interface Issue {
  path: readonly PropertyKey[];
  message: string;
}

const words = destinations.problems;

/** The first of each field. */
export function problemsOf(issues: readonly Issue[], values: FormValues): FieldProblems {
  const problems: FieldProblems = {};
  for (const { path, message } of issues) {
    const { field, sentence } = placeOf(path.map(String), message, values);
    problems[field] ??= sentence;
  }
  return problems;
}

interface Place {
  field: string;
  sentence: string;
}

const own: [field: RegExp, sentence: string][] = [
  [/^name$/, words.nameLong],
  [/(^|\.)(width|height)$/, words.number(1, 16_384)],
  [/(^|\.)quality$/, words.number(1, 100)],
  [/^maxSize$/, words.megabytes],
  [/^linkLifetime$/, words.minutes],
  [/^publicUrlBase$/, words.address],
  [/^cacheControl$/, words.header],
  [/^derived\.\d+\.name$/, words.sizeName],
  [/^(prefix|originalPrefix)$/, words.prefix(`it is longer than the ${longestKey} bytes of a key allow`)],
  [/^fields\./, words.fieldLong],
];

function placeOf(path: string[], message: string, values: FormValues): Place {
  const [top = '', second = ''] = path;
  if (top === 'accepts') {
    const typed = [...values.kinds, ...listOf(values.types)][Number(second)] ?? '';
    return { field: 'types', sentence: words.type(typed) };
  }
  if (top === 'contentType') return { field: top, sentence: words.type(values.contentType.trim()) };
  if (top === 'metadata' || top === 'tags') return pairPlace(top, second, values);
  if (top === 'sse') return { field: 'kmsKey', sentence: message };
  const field = path.join('.');
  return { field, sentence: own.find(([known]) => known.test(field))?.[1] ?? sentenceOf(message) };
}

/** Of a record zod names the key; what is wrong with all together has none. */
function pairPlace(top: 'metadata' | 'tags', name: string, values: FormValues): Place {
  const at = values[top].findIndex((pair) => pair.name.trim() === name && `${pair.name}${pair.value}`.trim() !== '');
  if (at === -1) return { field: top, sentence: top === 'tags' ? words.tagsMany : words.metadataLong };
  return { field: `${top}.${at}.name`, sentence: pairSentence(top, name) };
}

function pairSentence(top: 'metadata' | 'tags', name: string): string {
  if (name === '') return words.missing;
  return top === 'tags' ? words.tagLong : words.metadataName;
}

/** The schema's own words, as a sentence. */
function sentenceOf(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.?!]$/.test(text) ? text : `${text}.`;
}
