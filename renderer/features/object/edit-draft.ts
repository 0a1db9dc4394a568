/** What a person types to change an object, and the change that is made of it. Pure. */
import type { CallInput } from '../../../shared/ipc.ts';
import type { ObjectDetails } from '../../../shared/objects.ts';
import { objects } from '../../../shared/strings/objects.ts';
import type { RefusalOf } from '../../stores/refusal.ts';

export type Change = CallInput<'objects.change'>['change'];
export type Acl = NonNullable<Change['acl']>;
export type StorageClass = NonNullable<Change['storageClass']>;
export type HeaderName = keyof NonNullable<Change['headers']>;

export const headerNames = [
  'contentType',
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
] as const satisfies readonly HeaderName[];

export interface Pair {
  name: string;
  value: string;
}

export interface EditValues {
  headers: Record<HeaderName, string>;
  metadata: readonly Pair[];
  /** null: they could not be read, and are not touched */
  tags: readonly Pair[] | null;
  acl: Acl | 'keep';
  storageClass: StorageClass | 'keep';
}

/** What there is, which a change is made of. */
export interface EditStart extends EditValues {
  classNow: string;
}

export type EditProblems = Record<string, string>;

const words = objects.edit.problems;

export function valuesOf({ headers, metadata, tags, storageClass }: ObjectDetails): EditStart {
  return {
    headers: {
      contentType: headers.contentType ?? '',
      cacheControl: headers.cacheControl ?? '',
      contentDisposition: headers.contentDisposition ?? '',
      contentEncoding: headers.contentEncoding ?? '',
      contentLanguage: headers.contentLanguage ?? '',
    },
    metadata: pairsOf(metadata),
    tags: tags.known ? pairsOf(tags.value) : null,
    acl: 'keep',
    storageClass: 'keep',
    classNow: storageClass,
  };
}

function pairsOf(record: Readonly<Record<string, string>>): Pair[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}

/** The same with what may not be written left as it is: the store would refuse it each time, and the rest of the change with it. */
export function withoutRefused(values: EditValues, start: EditValues, refusalOf: RefusalOf): EditValues {
  return {
    ...values,
    tags: refusalOf('write-tags') === null ? values.tags : start.tags,
    acl: refusalOf('write-acl') === null ? values.acl : 'keep',
  };
}

/** Only what is another than at the start: to write the rest would copy the object for nothing. Null: nothing is. */
export function changeOf(values: EditValues, start: EditStart): Change | null {
  const headers = Object.fromEntries(
    headerNames
      .filter((name) => values.headers[name].trim() !== start.headers[name])
      .map((name) => [name, values.headers[name].trim()]),
  );
  const change: Change = {
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(!alike(values.metadata, start.metadata) && { metadata: recordOf(values.metadata) }),
    ...(values.tags !== null && !alike(values.tags, start.tags ?? []) && { tags: recordOf(values.tags) }),
    ...(values.acl !== 'keep' && { acl: values.acl }),
    ...(values.storageClass !== 'keep' &&
      values.storageClass !== start.classNow && { storageClass: values.storageClass }),
  };
  return Object.keys(change).length === 0 ? null : change;
}

const isEmpty = ({ name, value }: Pair): boolean => name.trim() === '' && value === '';

function recordOf(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(pairs.filter((pair) => !isEmpty(pair)).map(({ name, value }) => [name.trim(), value]));
}

function alike(one: readonly Pair[], other: readonly Pair[]): boolean {
  return JSON.stringify(recordOf(one)) === JSON.stringify(recordOf(other));
}

/** A sentence for each field that main would refuse: `contentType`, `metadata`, `tags.1.name`. */
export function problemsOf({ headers, metadata, tags }: EditValues): EditProblems {
  const problems: EditProblems = {};
  for (const name of headerNames) {
    const text = headers[name].trim();
    if (!/^[\x20-\x7e]*$/.test(text)) problems[name] = words.header;
    else if (text.length > 1024) problems[name] = words.headerLong;
  }
  const type = headers.contentType.trim();
  if (problems.contentType === undefined && type !== '' && !/^[^\s/]+\/[^\s/]+/.test(type))
    problems.contentType = words.type;
  const named = (name: string) => /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name);
  Object.assign(problems, pairProblems('metadata', metadata, named, words.metadataName, 1024));
  const bytes = new TextEncoder().encode(Object.entries(recordOf(metadata)).flat().join('')).length;
  if (bytes > 2048) problems.metadata = words.metadataLong;
  const isTag = (name: string) => name.length >= 1 && name.length <= 128;
  Object.assign(problems, pairProblems('tags', tags ?? [], isTag, words.tagName, 256));
  if (Object.keys(recordOf(tags ?? [])).length > 10) problems.tags = words.tagsMany;
  return problems;
}

function pairProblems(
  field: 'metadata' | 'tags',
  pairs: readonly Pair[],
  isName: (name: string) => boolean,
  sentence: string,
  mostValue: number,
): EditProblems {
  const problems: EditProblems = {};
  // Names of metadata are headers: their case is not kept.
  const known = new Set<string>();
  pairs.forEach((pair, at) => {
    if (isEmpty(pair)) return;
    const name = field === 'metadata' ? pair.name.trim().toLowerCase() : pair.name.trim();
    if (!isName(name)) problems[`${field}.${at}.name`] = sentence;
    else if (known.has(name)) problems[`${field}.${at}.name`] = words.twice;
    if (pair.value.length > mostValue) problems[`${field}.${at}.value`] = words.valueLong(mostValue);
    known.add(name);
  });
  return problems;
}

/** The field that a refusal of main is about: "change.headers.cacheControl: ..."; null: none of them. */
export function fieldOfRefusal(message: string): string | null {
  const [, path = ''] = /^change\.([\w.]+)/.exec(message) ?? [];
  const [group = '', name = ''] = path.split('.');
  if (group === 'headers') return headerNames.find((one) => one === name) ?? null;
  return group === 'metadata' || group === 'tags' ? group : null;
}
