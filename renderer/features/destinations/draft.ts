/** What the form of a destination holds, and what becomes of it: rules, or what is wrong with which field. Pure. */
import {
  destinationRulesSchema,
  type Destination,
  type DestinationRules,
  type SortingRule,
} from '../../../shared/destination.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { objectKey } from '../../../shared/key-template/index.ts';
import { destinations as words } from '../../../shared/strings/destinations.ts';
import { imageOf, imageValuesOf, usualImage, usualThumbnail, type ImageValues } from './image-values.ts';
import { problemsOf, type FieldProblems } from './problems.ts';
import { listOf, numberOf, textOf } from './typed.ts';

export type { FieldProblems } from './problems.ts';

export interface Pair {
  name: string;
  value: string;
}

export interface SizeValues {
  name: string;
  keyTemplate: string;
  image: ImageValues;
}

export interface FormValues {
  name: string;
  connectionId: number | null;
  prefix: string;
  keyTemplate: string;
  fields: Readonly<Record<string, string>>;
  zone: DestinationRules['zone'];
  /** those of `typeKinds` that are ticked */
  kinds: readonly string[];
  /** all others, with commas between them */
  types: string;
  /** MB of 1,000,000 bytes */
  maxSize: string;
  ownFolderOnly: boolean;
  sorting: readonly SortingRule[];
  overwrite: DestinationRules['overwrite'];
  prepare: boolean;
  image: ImageValues;
  undecodable: DestinationRules['undecodable'];
  keepOriginals: boolean;
  originalPrefix: string;
  derived: readonly SizeValues[];
  still: boolean;
  stillTemplate: string;
  stillImage: ImageValues;
  contentType: string;
  cacheControl: string;
  contentDisposition: 'none' | NonNullable<DestinationRules['contentDisposition']>;
  acl: 'none' | NonNullable<DestinationRules['acl']>;
  metadata: readonly Pair[];
  tags: readonly Pair[];
  sse: 'none' | NonNullable<DestinationRules['sse']>['by'];
  kmsKey: string;
  storageClass: 'none' | NonNullable<DestinationRules['storageClass']>;
  publicUrlBase: string;
  /** minutes */
  linkLifetime: string;
}

/** Types that have a box of their own. */
export const typeKinds = ['image/*', 'video/*', 'audio/*', 'application/pdf'] as const;

/** bytes: as the sizes of files are shown */
const megabyte = 1_000_000;

export function startValues(connectionId: number | null): FormValues {
  return valuesOf({ connectionId, rules: destinationRulesSchema.parse({ name: '-' }) }, '');
}

/** The form of rules that are there; `name` where it is to have another. */
export function valuesOf(
  { connectionId, rules }: { connectionId: number | null; rules: DestinationRules },
  name = rules.name,
): FormValues {
  const { image, videoStill, originalPrefix, maxSize, sse } = rules;
  const known: readonly string[] = typeKinds;
  return {
    ...{ name, connectionId, prefix: rules.prefix, keyTemplate: rules.keyTemplate, fields: rules.fields },
    ...{ zone: rules.zone, overwrite: rules.overwrite, ownFolderOnly: rules.ownFolderOnly },
    kinds: rules.accepts.filter((type) => known.includes(type)),
    types: rules.accepts.filter((type) => !known.includes(type)).join(', '),
    maxSize: maxSize === null ? '' : String(maxSize / megabyte),
    sorting: rules.sorting,
    prepare: image !== null,
    image: image === null ? usualImage : imageValuesOf(image),
    undecodable: rules.undecodable,
    keepOriginals: originalPrefix !== null,
    originalPrefix: originalPrefix ?? 'originals',
    derived: rules.derived.map((size) => ({ ...size, image: imageValuesOf(size.image) })),
    still: videoStill !== null,
    stillTemplate: videoStill?.keyTemplate ?? 'stills/{stem}.{ext}',
    stillImage: videoStill === null ? usualThumbnail : imageValuesOf(videoStill.image),
    ...{ contentType: rules.contentType ?? '', cacheControl: rules.cacheControl ?? '' },
    ...{ contentDisposition: rules.contentDisposition ?? 'none', acl: rules.acl ?? 'none' },
    ...{ metadata: pairsOf(rules.metadata), tags: pairsOf(rules.tags) },
    ...{ sse: sse?.by ?? 'none', kmsKey: sse?.by === 'aws:kms' ? (sse.keyId ?? '') : '' },
    ...{ storageClass: rules.storageClass ?? 'none', publicUrlBase: rules.publicUrlBase ?? '' },
    linkLifetime: textOf(rules.linkLifetime / 60),
  };
}

function pairsOf(record: Readonly<Record<string, string>>): Pair[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}

export type Made = { connectionId: number; rules: DestinationRules } | { problems: FieldProblems };

/** `others`: whose names are taken. */
export function draftOf(values: FormValues, others: readonly Destination[]): Made {
  const parsed = destinationRulesSchema.safeParse(rulesOf(values));
  const name = values.name.trim();
  const problems: FieldProblems = {
    ...(parsed.success ? {} : problemsOf(parsed.error.issues, values)),
    ...folderProblem('prefix', values.prefix),
    ...(values.prepare && values.keepOriginals ? folderProblem('originalPrefix', values.originalPrefix) : {}),
    ...twiceProblems('metadata', values.metadata),
    ...twiceProblems('tags', values.tags),
    ...twiceProblems('derived', values.derived),
    ...(others.some(({ rules }) => rules.name === name) ? { name: words.problems.nameTaken } : {}),
    ...(name === '' ? { name: words.problems.missing } : {}),
    ...(values.connectionId === null ? { connectionId: words.problems.missing } : {}),
  };
  if (!parsed.success || values.connectionId === null || Object.keys(problems).length > 0) return { problems };
  return { connectionId: values.connectionId, rules: parsed.data };
}

/** As the schema takes it, if nothing is wrong. */
function rulesOf(values: FormValues): unknown {
  const megabytes = numberOf(values.maxSize);
  const minutes = numberOf(values.linkLifetime);
  return {
    ...{ name: values.name, prefix: values.prefix.trim(), keyTemplate: values.keyTemplate.trim() },
    ...{ zone: values.zone, overwrite: values.overwrite, undecodable: values.undecodable },
    ownFolderOnly: values.ownFolderOnly,
    fields: Object.fromEntries(Object.entries(values.fields).filter(([, value]) => value.trim() !== '')),
    accepts: [...values.kinds, ...listOf(values.types)],
    maxSize: megabytes === null ? null : Math.round(megabytes * megabyte),
    sorting: values.sorting,
    image: values.prepare ? imageOf(values.image) : null,
    originalPrefix: values.prepare && values.keepOriginals ? values.originalPrefix.trim() : null,
    derived: values.derived.map((size) => ({ ...size, image: imageOf(size.image) })),
    videoStill: values.still ? { keyTemplate: values.stillTemplate.trim(), image: imageOf(values.stillImage) } : null,
    ...{ contentType: orNull(values.contentType), cacheControl: orNull(values.cacheControl) },
    contentDisposition: chosen(values.contentDisposition),
    acl: chosen(values.acl),
    ...{ metadata: recordOf(values.metadata), tags: recordOf(values.tags) },
    sse: sseOf(values),
    storageClass: chosen(values.storageClass),
    publicUrlBase: orNull(values.publicUrlBase),
    linkLifetime: minutes === null ? NaN : Math.round(minutes * 60),
  };
}

function sseOf({ sse, kmsKey }: FormValues): unknown {
  if (sse === 'none') return null;
  return sse === 'AES256' ? { by: sse } : { by: sse, keyId: orNull(kmsKey) };
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

function chosen<Id extends string>(id: Id | 'none'): Id | null {
  return id === 'none' ? null : id;
}

/** Lines in which nothing was written are none. */
function recordOf(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(pairs.filter(isWritten).map(({ name, value }) => [name.trim(), value.trim()]));
}

function isWritten({ name, value }: Pair): boolean {
  return name.trim() !== '' || value.trim() !== '';
}

/** Keys would be refused one by one; the schema knows only how long a prefix may be. */
function folderProblem(field: string, prefix: string): FieldProblems {
  try {
    objectKey(prefix.trim(), 'x');
    return {};
  } catch (error) {
    if (error instanceof SidelineError) return { [field]: words.problems.prefix(error.subject) };
    throw error;
  }
}

/** In a record the second would silently take the place of the first. */
function twiceProblems(field: string, lines: readonly { name: string }[]): FieldProblems {
  const names = lines.map(({ name }) => name.trim());
  const twice = names.flatMap((name, at) => (name !== '' && names.indexOf(name) < at ? [at] : []));
  return Object.fromEntries(twice.map((at) => [`${field}.${at}.name`, words.problems.twice]));
}
