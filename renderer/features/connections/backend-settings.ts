/** The settings of a backend as lines of a form: texts by their paths, as `paths.place`. Pure. */
import { brokerSettingsSchema, type BrokerKind, type BrokerSettings } from '../../../shared/broker-settings.ts';
import { typedValue, textOfValue } from './extra-value.ts';

export interface Pair {
  name: string;
  value: string;
}

export const groupIds = ['signIn', 'paths', 'asks', 'gives', 'tells', 'ownKeys', 'extra', 'headers', 'limits'] as const;
export type GroupId = (typeof groupIds)[number];

export interface SettingField {
  path: string;
  group: GroupId;
  /** `pairs`: names and values, as many as one likes */
  is: 'text' | 'number' | 'body' | 'pairs';
}

/** What is typed behind "Advanced", by path. */
export interface TypedSettings {
  texts: Readonly<Record<string, string>>;
  pairs: Readonly<Record<string, readonly Pair[]>>;
}

const made = new Map<BrokerKind, BrokerSettings>();

/** As the documents have it. */
export function usualSettings(kind: BrokerKind): BrokerSettings {
  const known = made.get(kind);
  if (known !== undefined) return known;
  const usual = brokerSettingsSchema.parse({ kind, baseUrl: 'https://app.example.org', signIn: { how: 'password' } });
  made.set(kind, usual);
  return usual;
}

/** What signing in with a password has, and with a token has not. */
const ofPassword = ['signIn.path', 'signIn.body', 'signIn.username', 'signIn.password'];

export function fieldsOfKind(kind: BrokerKind, how: BrokerSettings['signIn']['how']): SettingField[] {
  return leavesOf(usualSettings(kind))
    .filter(([path]) => how === 'password' || !ofPassword.includes(path))
    .map(([path, value]) => ({ path, group: groupOf(path), is: shapeOf(path, value) }));
}

function groupOf(path: string): GroupId {
  const [top] = path.split('.');
  if (top === 'fileField') return 'asks';
  return groupIds.find((id) => id === top) ?? 'limits';
}

function shapeOf(path: string, value: unknown): SettingField['is'] {
  if (isPairs(path)) return 'pairs';
  if (path === 'signIn.body') return 'body';
  return typeof value === 'number' ? 'number' : 'text';
}

const isPairs = (path: string) => path === 'headers' || path.startsWith('extra.');
/** These have a field of their own in the form. */
const apart = ['kind', 'baseUrl', 'signIn.how'];

/** Every value with its path, in the order of the settings. */
function leavesOf(value: object, above = ''): [path: string, value: unknown][] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const path = `${above}${name}`;
    if (apart.includes(path)) return [];
    const isGroup = typeof inner === 'object' && inner !== null && !isPairs(path);
    return isGroup ? leavesOf(inner, `${path}.`) : [[path, inner] as [string, unknown]];
  });
}

export function typedOf(settings: BrokerSettings): TypedSettings {
  const leaves = new Map([...leavesOf(usualSettings(settings.kind)), ...leavesOf(settings)]);
  const texts = [...leaves].filter(([path]) => !isPairs(path)).map(([path, value]) => [path, textOf(value)] as const);
  const pairs = [...leaves].filter(([path]) => isPairs(path)).map(([path, value]) => [path, pairsOf(value)] as const);
  return { texts: Object.fromEntries(texts), pairs: Object.fromEntries(pairs) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function pairsOf(value: unknown): Pair[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, inner]: [string, unknown]) => ({ name, value: textOfValue(inner) }));
}

/** As the schema takes it, if nothing is wrong; an empty text is what the backend does not have. */
export function settingsOf(
  { kind, baseUrl, how }: { kind: BrokerKind; baseUrl: string; how: BrokerSettings['signIn']['how'] },
  { texts, pairs }: TypedSettings,
): unknown {
  const settings: Record<string, unknown> = { kind, baseUrl, signIn: { how } };
  for (const { path, is } of fieldsOfKind(kind, how)) {
    put(settings, path.split('.'), is === 'pairs' ? recordOf(path, pairs[path] ?? []) : valueOf(is, texts[path] ?? ''));
  }
  return settings;
}

function valueOf(is: SettingField['is'], text: string): unknown {
  const typed = text.trim();
  if (typed === '') return null;
  return is === 'number' ? Number(typed) : typed;
}

/** Lines in which nothing was written are none. */
function recordOf(path: string, pairs: readonly Pair[]): Record<string, unknown> {
  const written = pairs.filter(({ name, value }) => name.trim() !== '' || value.trim() !== '');
  const read = path === 'headers' ? (text: string) => text.trim() : typedValue;
  return Object.fromEntries(written.map(({ name, value }) => [name.trim(), read(value)]));
}

function put(into: Record<string, unknown>, [name = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  const inner = into[name];
  const group: Record<string, unknown> = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  put(group, rest, value);
  into[name] = group;
}
