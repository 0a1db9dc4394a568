/** The state of a connection's form: what is typed, which problems are shown, and what main said to it. */
import { useState } from 'react';
import type { ConnectionDraft, ConnectionInfo, S3ConnectionInfo } from '../../../shared/ipc.ts';
import { providers, type PlaceFields } from '../../../shared/providers.ts';
import { useFormState, type FormState } from '../../app/form-state.ts';
import { useForgotten } from '../../app/use-forgotten.ts';
import { call } from '../../ipc.ts';
import { draftOf, fieldOfRefusal, type FormField, type FormValues } from './draft.ts';
import { useTest, type Tester } from './use-test.ts';

type State = FormState<FormValues, FormField>;

export interface ConnectionForm extends Pick<
  State,
  'values' | 'set' | 'problem' | 'leave' | 'refusal' | 'refusedTries'
> {
  setPlace: (changes: Partial<PlaceFields>) => void;
  tester: Tester;
  test: () => void;
  createBucket: () => void;
  save: () => void;
  saving: boolean;
}

const secrets = ['secretAccessKey', 'sessionToken'] as const;

/** `onSaved` has the connection as main stored it. */
export function useForm(
  start: FormValues,
  editing: S3ConnectionInfo | null,
  onSaved: (connection: ConnectionInfo) => void,
): ConnectionForm {
  const state = useFormState<FormValues, FormField>(start, (values) => {
    const made = draftOf(values, editing);
    return 'problems' in made ? made.problems : {};
  });
  useForgotten(state.values, secrets);
  const [saving, setSaving] = useState(false);
  const tester = useTest();
  const { values } = state;

  const set = (changes: Partial<FormValues>) => {
    state.set(changes);
    // A test has seen what is typed; a name is nothing that it looks at.
    if (Object.keys(changes).some((field) => field !== 'name')) tester.forget();
  };

  const withDraft = (go: (draft: ConnectionDraft) => void) => () => {
    const made = draftOf(values, editing);
    state.forgive();
    if ('draft' in made) go(made.draft);
    else state.refuse();
  };

  const save = async (draft: ConnectionDraft) => {
    setSaving(true);
    try {
      onSaved(await call('connections.save', draft));
    } catch (error) {
      state.refuseWith(error, (message) => fieldOfRefusal(message, shownFields(values)));
    } finally {
      setSaving(false);
    }
  };

  return {
    ...state,
    set,
    setPlace: (changes) => set({ place: { ...values.place, ...changes } }),
    tester,
    test: withDraft((draft) => void tester.run(draft)),
    createBucket: withDraft((draft) => void tester.createBucket(draft)),
    save: withDraft((draft) => void save(draft)),
    saving,
  };
}

function shownFields({ providerId, from }: FormValues): FormField[] {
  const keys: FormField[] = from === 'keys' ? ['accessKeyId', 'secretAccessKey', 'sessionToken'] : [];
  return [...providers[providerId].asks, 'bucket', 'name', ...keys];
}
