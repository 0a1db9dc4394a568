/** The state of a connection's form: what is typed, which problems are shown, and what main said to it. */
import { useState } from 'react';
import type { ConnectionDraft, ConnectionInfo } from '../../../shared/ipc.ts';
import { providers, type PlaceFields } from '../../../shared/providers.ts';
import { wordsOf } from '../../app/attempt.ts';
import { call, CallError } from '../../ipc.ts';
import { draftOf, fieldOfRefusal, type FieldProblems, type FormField, type FormValues } from './draft.ts';
import { useTest, type Tester } from './use-test.ts';

export interface ConnectionForm {
  values: FormValues;
  set: (changes: Partial<FormValues>) => void;
  setPlace: (changes: Partial<PlaceFields>) => void;
  /** The sentence to show at a field; null: none (yet). */
  problem: (field: FormField) => string | null;
  /** A field was left: from now on its problem is shown. */
  leave: (field: FormField) => void;
  /** What main refused that belongs to no field, or null. */
  refusal: string | null;
  tester: Tester;
  test: () => void;
  createBucket: () => void;
  save: () => void;
  saving: boolean;
  /** Grows with each try that the form itself refused: the focus then goes to the first problem. */
  refusedTries: number;
}

/** `onSaved` has the connection as main stored it. */
export function useForm(
  start: FormValues,
  editing: ConnectionInfo | null,
  onSaved: (connection: ConnectionInfo) => void,
): ConnectionForm {
  const [values, setValues] = useState(start);
  const [left, setLeft] = useState<ReadonlySet<FormField>>(new Set());
  const [refusedTries, setRefusedTries] = useState(0);
  const [refused, setRefused] = useState<{ field: FormField | null; message: string } | null>(null);
  const [saving, setSaving] = useState(false);
  const tester = useTest();

  const set = (changes: Partial<FormValues>) => {
    setValues((before) => ({ ...before, ...changes }));
    setRefused(null);
    // A test has seen what is typed; a name is nothing that it looks at.
    if (Object.keys(changes).some((field) => field !== 'name')) tester.forget();
  };

  const made = draftOf(values, editing);
  const problems: FieldProblems = 'problems' in made ? made.problems : {};
  const withDraft = (go: (draft: ConnectionDraft) => void) => () => {
    setRefused(null);
    if ('draft' in made) go(made.draft);
    else setRefusedTries((tries) => tries + 1);
  };

  const save = async (draft: ConnectionDraft) => {
    setSaving(true);
    try {
      onSaved(await call('connections.save', draft));
    } catch (error) {
      const message = wordsOf(error);
      const ofInput = error instanceof CallError && error.reason.kind === 'invalid-input';
      const field = ofInput ? fieldOfRefusal(message, shownFields(values)) : null;
      setRefused({ field, message: field === null ? message : withoutField(message) });
      if (field !== null) setRefusedTries((tries) => tries + 1);
    } finally {
      setSaving(false);
    }
  };

  return {
    values,
    set,
    setPlace: (changes) => set({ place: { ...values.place, ...changes } }),
    problem: (field) => {
      if (refused?.field === field) return refused.message;
      return refusedTries > 0 || left.has(field) ? (problems[field] ?? null) : null;
    },
    leave: (field) => setLeft((before) => new Set(before).add(field)),
    refusal: refused !== null && refused.field === null ? refused.message : null,
    tester,
    test: withDraft((draft) => void tester.run(draft)),
    createBucket: withDraft((draft) => void tester.createBucket(draft)),
    save: withDraft((draft) => void save(draft)),
    saving,
    refusedTries,
  };
}

function shownFields({ providerId, from }: FormValues): FormField[] {
  const keys: FormField[] = from === 'keys' ? ['accessKeyId', 'secretAccessKey', 'sessionToken'] : [];
  return [...providers[providerId].asks, 'bucket', 'name', ...keys];
}

/** "config.bucket: a name has ..." stands at the bucket already. */
function withoutField(message: string): string {
  const sentence = message.replace(/^[\w. ]{1,40}: /, '');
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
