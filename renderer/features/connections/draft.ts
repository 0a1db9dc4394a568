/** What the form of a connection holds, and what becomes of it: a draft for main, or what is wrong with which field. Pure. */
import type { ConnectionDraft, S3ConnectionInfo } from '../../../shared/ipc.ts';
import {
  placeOf,
  providers,
  recognise,
  type Place,
  type PlaceField,
  type PlaceFields,
  type PlaceProblem,
  type ProviderId,
} from '../../../shared/providers.ts';
import { connections as words } from '../../../shared/strings/connections.ts';

export interface FormValues {
  name: string;
  providerId: ProviderId;
  place: PlaceFields;
  bucket: string;
  from: 'keys' | 'profile';
  /** null: what the chain of the SDK finds */
  profile: string | null;
  /** Keys are empty where those that are saved stay. */
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** Nothing is changed through it. */
  readOnly: boolean;
}

export type FormField = 'name' | 'bucket' | 'accessKeyId' | 'secretAccessKey' | 'sessionToken' | PlaceField;

/** A sentence for a field. */
export type FieldProblems = Partial<Record<FormField, string>>;

/** A new form of a provider. */
export function startValues(providerId: ProviderId): FormValues {
  return {
    name: '',
    providerId,
    place: providers[providerId].start,
    bucket: '',
    from: 'keys',
    profile: null,
    accessKeyId: '',
    secretAccessKey: '',
    sessionToken: '',
    readOnly: false,
  };
}

/** The form of a connection that is there. */
export function valuesOf({ name, config }: S3ConnectionInfo): FormValues {
  const { provider, fields } = recognise(config);
  const { credentials, bucket } = config;
  const values = { ...startValues(provider.id), name, bucket, place: fields, readOnly: config.readOnly === true };
  return credentials.from === 'chain' ? { ...values, from: 'profile', profile: credentials.profile } : values;
}

/** The same form for another provider: what both ask for stays, what only one does starts anew. */
export function withProvider(values: FormValues, providerId: ProviderId): FormValues {
  return values.providerId === providerId ? values : { ...values, providerId, place: providers[providerId].start };
}

/** Whether main keeps keys for this connection that the form may leave as they are. */
export function hasSavedKeys(editing: S3ConnectionInfo | null): boolean {
  return editing?.config.credentials.from === 'stored';
}

/** Temporary keys, which AWS gives the prefix ASIA, are nothing without their token. */
export function needsToken({ accessKeyId, sessionToken }: FormValues): boolean {
  return sessionToken !== '' || /^ASIA/.test(accessKeyId.trim());
}

/** What main is asked to test or to save; `editing` is the connection as it is saved, or null for a new one. */
export function draftOf(
  values: FormValues,
  editing: S3ConnectionInfo | null,
): { draft: ConnectionDraft } | { problems: FieldProblems } {
  const placed = placeOf(providers[values.providerId], values.place);
  const problems: FieldProblems = {
    ...('problems' in placed ? inWords(placed.problems) : {}),
    ...bucketProblem(values.bucket),
    ...(values.name.trim().length > 100 ? { name: words.form.nameProblem } : {}),
    ...(values.from === 'keys' ? keyProblems(values, editing) : {}),
  };
  if ('problems' in placed || Object.keys(problems).length > 0) return { problems };
  const bucket = values.bucket.trim();
  const credentials =
    values.from === 'keys' ? { from: 'stored' as const } : { from: 'chain' as const, profile: values.profile };
  return {
    draft: {
      id: editing?.id ?? null,
      name: values.name.trim() === '' ? bucket : values.name.trim(),
      config: {
        ...{ ...placed.place, bucket, credentials },
        ...chosenProvider(values.providerId, placed.place),
        ...(values.readOnly ? { readOnly: true } : {}),
      },
      secret: values.from === 'keys' ? secretOf(values) : null,
    },
  };
}

/** To be kept where the address does not say it. */
function chosenProvider(id: ProviderId, place: Place): { provider?: ProviderId } {
  return recognise(place).provider.id === id ? {} : { provider: id };
}

function inWords(problems: Partial<Record<PlaceField, PlaceProblem>>): FieldProblems {
  const entries = Object.entries(problems).map(([field, problem]) => [field, words.form.problems[problem]]);
  return Object.fromEntries(entries) as FieldProblems;
}

function bucketProblem(text: string): FieldProblems {
  const bucket = text.trim();
  if (bucket === '') return { bucket: words.form.problems.missing };
  // As the contract has it (shared/domain.ts).
  return /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(bucket) ? {} : { bucket: words.form.bucketProblem };
}

function keyProblems(values: FormValues, editing: S3ConnectionInfo | null): FieldProblems {
  const keys = { accessKeyId: values.accessKeyId.trim(), secretAccessKey: values.secretAccessKey.trim() };
  const empty = keys.accessKeyId === '' && keys.secretAccessKey === '';
  if (empty && hasSavedKeys(editing)) return {};
  const missing = hasSavedKeys(editing) ? words.form.bothKeys : words.form.problems.missing;
  const problems: FieldProblems = {};
  for (const field of ['accessKeyId', 'secretAccessKey'] as const) {
    if (keys[field] === '') problems[field] = missing;
    else if (/\s/.test(keys[field])) problems[field] = words.form.noSpaces;
  }
  if (needsToken(values) && values.sessionToken.trim() === '') problems.sessionToken = words.form.problems.missing;
  return problems;
}

function secretOf(values: FormValues): ConnectionDraft['secret'] {
  const [accessKeyId, secretAccessKey, sessionToken] = [
    values.accessKeyId.trim(),
    values.secretAccessKey.trim(),
    values.sessionToken.trim(),
  ];
  if (accessKeyId === '') return null;
  return sessionToken === '' ? { accessKeyId, secretAccessKey } : { accessKeyId, secretAccessKey, sessionToken };
}

/** Names that main uses of an input, and the fields that a person sees of them. */
const fieldsOfInput: [path: RegExp, field: FormField][] = [
  [/\bbucket\b/i, 'bucket'],
  [/\bendpoint\b/i, 'address'],
  [/\bregion\b/i, 'region'],
  [/\baccessKeyId\b/, 'accessKeyId'],
  [/\bsecretAccessKey\b|\bsecret\b/i, 'secretAccessKey'],
  [/\bsessionToken\b/, 'sessionToken'],
  [/\bname\b/i, 'name'],
];

/**
 * The field that a refusal of main speaks of, among those that the form shows; null: none, so it belongs to the form.
 * Only `invalid-input` is about what was typed; its sentence begins with the field ("config.bucket: ...", "Name: ...").
 */
export function fieldOfRefusal(message: string, shown: readonly FormField[]): FormField | null {
  const subject = /^[^:]{1,80}:/.exec(message)?.[0] ?? message;
  const found = fieldsOfInput.find(([path]) => path.test(subject))?.[1];
  return found !== undefined && shown.includes(found) ? found : null;
}
