/** The form of a destination: what is typed, and saving it. */
import { useEffect, useState } from 'react';
import type { Destination } from '../../../shared/destination.ts';
import { useFormState, type FormState } from '../../app/form-state.ts';
import { call } from '../../ipc.ts';
import { draftOf, type FieldProblems, type FormValues } from './draft.ts';
import { keep, type OpenForm } from './open-form.ts';
import { sectionOf, type SectionId } from './sections.ts';

export interface DestinationFormState extends FormState<FormValues, string> {
  /** all that is wrong, shown or not */
  problems: FieldProblems;
  save: () => void;
  saving: boolean;
  isOpen: (section: SectionId) => boolean;
  toggle: (section: SectionId) => void;
  /** Something is wrong in it, and shown. */
  isWrong: (section: SectionId) => boolean;
}

export function useDestinationForm(
  opened: OpenForm,
  others: readonly Destination[],
  onSaved: (saved: Destination) => void,
): DestinationFormState {
  const problemsOf = (values: FormValues) => {
    const made = draftOf(values, others);
    return 'problems' in made ? made.problems : {};
  };
  const state = useFormState<FormValues, string>(opened.values, problemsOf);
  const [open, setOpen] = useState<ReadonlySet<SectionId>>(new Set(['where']));
  const [saving, setSaving] = useState(false);
  const { values } = state;
  useEffect(() => keep({ values }), [values]);
  const problems = problemsOf(values);

  const save = async (connectionId: number, rules: Destination['rules']) => {
    setSaving(true);
    try {
      const draft = { id: opened.editing?.id ?? null, connectionId, rules };
      const [saved] = await call('destinations.save', { destinations: [draft] });
      if (saved !== undefined) onSaved(saved);
    } catch (error) {
      state.refuseWith(error, (message) => (/^Name:/.test(message) ? 'name' : null));
    } finally {
      setSaving(false);
    }
  };

  return {
    ...state,
    problems,
    saving,
    save: () => {
      const made = draftOf(values, others);
      state.forgive();
      if ('rules' in made) {
        void save(made.connectionId, made.rules);
        return;
      }
      // Where something is wrong it must be seen, before the focus goes there.
      setOpen((before) => new Set([...before, ...Object.keys(made.problems).map(sectionOf)]));
      state.refuse();
    },
    isOpen: (section) => open.has(section),
    toggle: (section) =>
      setOpen(
        (before) => new Set(before.has(section) ? [...before].filter((one) => one !== section) : [...before, section]),
      ),
    isWrong: (section) =>
      Object.keys(problems).some((field) => sectionOf(field) === section && state.problem(field) !== null),
  };
}
