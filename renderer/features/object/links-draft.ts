/** What a person types to make a link, and the calls that are made of it. Pure. */
import type { ConnectionRights } from '../../../shared/browse.ts';
import type { CallInput } from '../../../shared/ipc.ts';
import { links } from '../../../shared/strings/links.ts';
import type { WantedLinks } from '../../stores/links.ts';
import { refusalOf } from '../../stores/refusal.ts';
import { nameOf } from '../history/words.ts';

const words = links.dialog;

export const linkKinds = ['public', 'read', 'write', 'form'] as const;
export type LinkKind = (typeof linkKinds)[number];

/** seconds, as choices have them */
export type Lifetime = keyof typeof words.lifetimes;
export const lifetimes = [900, 3600, 28800, 86400, 259200, 604800] as const satisfies readonly Lifetime[];

export interface LinkValues {
  kind: LinkKind;
  lifetime: Lifetime;
  /** of links to read */
  asDownload: boolean;
  fileName: string;
  /** where uploads go */
  key: string;
  type: string;
  /** of upload pages: every file keeps its name, in the folder of the key */
  ownName: boolean;
  /** MB; NaN: the field is empty */
  largest: number;
}

export type LinkField = 'fileName' | 'key' | 'type' | 'largest';

const megabyte = 1_000_000;

export function startOf({ key, prefix }: WantedLinks): LinkValues {
  return {
    kind: key === null ? 'form' : 'read',
    lifetime: 3600,
    asDownload: false,
    fileName: key === null ? '' : nameOf(key),
    key: key ?? prefix,
    type: '',
    ownName: key === null,
    largest: 1000,
  };
}

/** Of no object there is nothing to read. */
export function kindsFor({ key }: WantedLinks): readonly LinkKind[] {
  return key === null ? ['form', 'write'] : linkKinds;
}

export function problemsOf(values: LinkValues): Partial<Record<LinkField, string>> {
  const { kind, asDownload, fileName, type, largest } = values;
  const problems: Partial<Record<LinkField, string>> = {};
  if (kind === 'read' && asDownload && fileName.trim() === '') problems.fileName = words.fileNameMissing;
  if (kind === 'read' || kind === 'public') return problems;
  const key = targetOf(values);
  if (key === '' || (key.endsWith('/') && kind === 'write')) problems.key = words.keyMissing;
  else if (new TextEncoder().encode(key).length > 1024) problems.key = words.keyLong;
  const wanted = type.trim();
  const isType =
    kind === 'form' ? /^[a-z]+\/(\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,126})$/ : /^[a-z]+\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
  if (wanted !== '' && !isType.test(wanted)) problems.type = kind === 'form' ? words.typeWrong : words.typeWrongPut;
  if (kind === 'form' && !(largest >= 1 && largest <= 5120)) problems.largest = words.largestWrong;
  return problems;
}

/** Why the store would refuse whoever uses the link, in words; null: nothing is known against it. */
export function refusalOfKind(
  { key }: WantedLinks,
  values: LinkValues,
  rights: ConnectionRights | null,
): string | null {
  if (values.kind === 'public') return null; // it is up to the bucket, not to these credentials
  return values.kind === 'read' ? refusalOf(rights, 'read', key ?? '') : refusalOf(rights, 'write', targetOf(values));
}

/** A form's files have their own names behind the folder, as S3 puts them there. */
function targetOf({ kind, key, ownName }: LinkValues): string {
  if (kind !== 'form' || !ownName) return key;
  return `${key.slice(0, key.lastIndexOf('/') + 1)}\${filename}`;
}

const typeOf = ({ type }: LinkValues): string | null => (type.trim() === '' ? null : type.trim());

export function readInput(connectionId: number, key: string, values: LinkValues): CallInput<'links.read'> {
  const { lifetime, asDownload, fileName } = values;
  return { connectionId, key, lifetime, downloadAs: asDownload ? fileName.trim() : null, versionId: null };
}

export function writeInput(connectionId: number, values: LinkValues): CallInput<'links.write'> {
  return { connectionId, key: values.key, lifetime: values.lifetime, contentType: typeOf(values) };
}

export function formInput(connectionId: number, values: LinkValues): CallInput<'links.form'> {
  const limits = { key: targetOf(values), lifetime: values.lifetime, largest: Math.round(values.largest * megabyte) };
  return { connectionId, limits: { ...limits, type: typeOf(values) } };
}
