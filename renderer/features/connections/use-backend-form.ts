/** The state of a backend's form: what is typed, which problems are shown, and what main said to it. */
import { useState } from 'react';
import type { BackendDraft, ConnectionInfo } from '../../../shared/ipc.ts';
import { useFormState, type FormState } from '../../app/form-state.ts';
import { signInSecrets, type SignInValues } from '../../app/sign-in-draft.ts';
import { useForgotten } from '../../app/use-forgotten.ts';
import { call } from '../../ipc.ts';
import {
  backendDraft,
  backendFieldOfRefusal,
  isAdvanced,
  type BackendProblems,
  type BackendValues,
  type Edited,
} from './backend-draft.ts';
import { useBackendTest, type BackendTester } from './use-backend-test.ts';

export interface BackendForm extends Pick<
  FormState<BackendValues, string>,
  'values' | 'set' | 'problem' | 'leave' | 'refusal' | 'refusedTries'
> {
  setSignIn: (changes: Partial<SignInValues>) => void;
  isAdvancedOpen: boolean;
  openAdvanced: (open: boolean) => void;
  tester: BackendTester;
  test: () => void;
  save: () => void;
  saving: boolean;
}

/** `onSaved` has the connection as main stored it. */
export function useBackendForm(
  start: BackendValues,
  edited: Edited | null,
  onSaved: (connection: ConnectionInfo) => void,
): BackendForm {
  /** for what the form was last wanted: a test wants more than saving does */
  const [wanted, setWanted] = useState<'test' | 'save'>('save');
  const problemsOf = (values: BackendValues, what: 'test' | 'save'): BackendProblems => {
    const made = backendDraft(values, edited, what);
    return 'problems' in made ? made.problems : {};
  };
  const state = useFormState<BackendValues, string>(start, (values) => problemsOf(values, wanted));
  useForgotten(state.values.signIn, signInSecrets);
  const [isAdvancedOpen, openAdvanced] = useState(false);
  const [saving, setSaving] = useState(false);
  const tester = useBackendTest();
  const { values } = state;

  const set = (changes: Partial<BackendValues>) => {
    state.set(changes);
    // A test has seen what is typed; a name is nothing that it looks at.
    if (Object.keys(changes).some((field) => field !== 'name')) tester.forget();
  };

  const withDraft = (what: 'test' | 'save', go: (draft: BackendDraft) => void) => () => {
    const made = backendDraft(values, edited, what);
    state.forgive();
    setWanted(what);
    if ('draft' in made) {
      go(made.draft);
      return;
    }
    // Where something is wrong it must be seen, before the focus goes there.
    if (Object.keys(made.problems).some(isAdvanced)) openAdvanced(true);
    state.refuse();
  };

  const save = async (draft: BackendDraft) => {
    setSaving(true);
    try {
      onSaved(await call('backends.save', draft));
    } catch (error) {
      state.refuseWith(error, backendFieldOfRefusal);
    } finally {
      setSaving(false);
    }
  };

  return {
    ...state,
    set,
    setSignIn: (changes) => set({ signIn: { ...values.signIn, ...changes } }),
    ...{ isAdvancedOpen, openAdvanced, tester, saving },
    test: withDraft('test', (draft) => void tester.run(draft)),
    save: withDraft('save', (draft) => void save(draft)),
  };
}
