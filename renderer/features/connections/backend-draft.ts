/** What the form of a backend holds, and what becomes of it: a draft for main, or what is wrong with which field. Pure. */
import { checkBrokerSettings, type BrokerKind, type BrokerSettings } from '../../../shared/broker-settings.ts';
import type { BackendDraft, BackendInfo, SignInState } from '../../../shared/ipc.ts';
import { backends } from '../../../shared/strings/backends.ts';
import { broker } from '../../../shared/strings/broker.ts';
import { emptySignIn, isSignInEmpty, signInOf, signInProblems, type SignInValues } from '../../app/sign-in-draft.ts';
import {
  fieldsOfKind,
  settingsOf,
  typedOf,
  usualSettings,
  type Pair,
  type SettingField,
  type TypedSettings,
} from './backend-settings.ts';

const words = backends.form;

export interface BackendValues extends TypedSettings {
  name: string;
  kind: BrokerKind;
  baseUrl: string;
  signIn: SignInValues;
}

/** A sentence for a field: `name`, `baseUrl`, those of signing in, and settings by their paths. */
export type BackendProblems = Partial<Record<string, string>>;

/** A connection that is there, and who is signed in. */
export interface Edited {
  connection: BackendInfo;
  state: SignInState | null;
}

export function startBackend(kind: BrokerKind): BackendValues {
  return { name: '', kind, baseUrl: '', signIn: emptySignIn('password'), ...typedOf(usualSettings(kind)) };
}

export function backendValues({ connection: { name, config }, state }: Edited): BackendValues {
  const { settings } = config;
  const signIn = emptySignIn(settings.signIn.how, state?.username ?? '');
  return { name, kind: settings.kind, baseUrl: settings.baseUrl, signIn, ...typedOf(settings) };
}

/** Whether the sign-in that main keeps can stay: it is for one address alone. */
export function keepsSignIn({ baseUrl }: Pick<BackendValues, 'baseUrl'>, edited: Edited | null): boolean {
  if (edited?.state?.signedIn !== true) return false;
  const typed = baseUrl.trim();
  return URL.canParse(typed) && new URL(typed).origin === originOf(edited.connection.config.settings);
}

export function originOf({ baseUrl }: Pick<BrokerSettings, 'baseUrl'>): string {
  return new URL(baseUrl).origin;
}

/** `what`: a test wants to know who asks; what is saved can be signed in to later. */
export function backendDraft(
  values: BackendValues,
  edited: Edited | null,
  what: 'test' | 'save',
): { draft: BackendDraft } | { problems: BackendProblems } {
  const { settings, problems: wrong } = checkBrokerSettings(
    settingsOf({ kind: values.kind, baseUrl: values.baseUrl, how: values.signIn.how }, values),
  );
  const problems: BackendProblems = {
    ...(wrong === null ? {} : settingProblems(wrong, values)),
    ...twiceProblems(values),
    ...(values.name.trim().length > 100 ? { name: words.nameProblem } : {}),
    ...typedSignInProblems(values, edited, what),
  };
  if (settings === null || Object.keys(problems).length > 0) return { problems };
  return {
    draft: {
      id: edited?.connection.id ?? null,
      name: values.name.trim() === '' ? new URL(settings.baseUrl).host.slice(0, 100) : values.name.trim(),
      settings,
      signIn: isSignInEmpty(values.signIn) ? null : signInOf(values.signIn),
    },
  };
}

function typedSignInProblems(values: BackendValues, edited: Edited | null, what: 'test' | 'save'): BackendProblems {
  const { signIn } = values;
  if (!isSignInEmpty(signIn)) return signInProblems(signIn);
  const otherName = signIn.how === 'password' && signIn.username.trim() !== (edited?.state?.username ?? '');
  const isNeeded = otherName || (what === 'test' && edited === null);
  return isNeeded ? signInProblems(signIn) : {};
}

function settingProblems(wrong: readonly { field: string; words: string }[], values: BackendValues): BackendProblems {
  const fields = fieldsOfKind(values.kind, values.signIn.how);
  const entries = wrong.map(({ field, words: said }) => {
    const at = fieldOf(field, fields, values);
    return [at, (values.texts[at] ?? '-').trim() === '' && isShape(said) ? words.needed : said] as const;
  });
  // The first that is said of a field.
  return Object.fromEntries(entries.toReversed());
}

/** `baseUrl`, the path of a setting, or the line of it: `extra.place.2.name`. */
function fieldOf(field: string, fields: readonly SettingField[], { pairs }: BackendValues): string {
  const found = fields.find(({ path }) => field === path || field.startsWith(`${path}.`));
  if (found === undefined || found.is !== 'pairs' || field === found.path) return found?.path ?? field;
  const name = field.slice(found.path.length + 1);
  const line = (pairs[found.path] ?? []).findIndex((pair: Pair) => pair.name.trim() === name);
  return line === -1 ? found.path : `${found.path}.${line}.name`;
}

/** It says of what kind a value must be, where there is none at all. */
function isShape(said: string): boolean {
  return Object.values(broker.shapes).some((shape) => broker.settings.expected(shape) === said);
}

/** In a record the second would silently take the place of the first. */
function twiceProblems({ pairs }: BackendValues): BackendProblems {
  const twice = Object.entries(pairs).flatMap(([path, lines]) => {
    const names = lines.map(({ name }) => name.trim());
    return names.flatMap((name, at) => (name !== '' && names.indexOf(name) < at ? [`${path}.${at}.name`] : []));
  });
  return Object.fromEntries(twice.map((field) => [field, words.twice]));
}

/** Whether it is one of the settings behind "Advanced". */
export function isAdvanced(field: string): boolean {
  return !['name', 'baseUrl', 'username', 'password', 'token'].includes(field);
}

/** Names that main uses of an input, and the fields that a person sees of them; null: none, so it belongs to the form. */
export function backendFieldOfRefusal(message: string): string | null {
  const subject = /^[^:]{1,80}:/.exec(message)?.[0] ?? '';
  if (/^name:/i.test(subject)) return 'name';
  return /baseUrl/.test(subject) ? 'baseUrl' : null;
}
