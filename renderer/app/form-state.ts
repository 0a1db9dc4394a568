/** The state of a form: what is typed, which problems are shown where, and what main refused. */
import { useState } from 'react';
import { CallError } from '../ipc.ts';
import { wordsOf } from './attempt.ts';

export interface FormState<Values, Field extends string> {
  values: Values;
  /** What main refused before no longer counts. */
  set: (changes: Partial<Values>) => void;
  /** The sentence to show at a field; null: none (yet). */
  problem: (field: Field) => string | null;
  /** A field was left: from now on its problem is shown. */
  leave: (field: Field) => void;
  /** What main refused that belongs to no field, or null. */
  refusal: string | null;
  /** Grows with each try that was refused at a field: the focus then goes to the first problem. */
  refusedTries: number;
  /** Shows what is wrong with all fields. */
  refuse: () => void;
  /** Shows what a call threw: at the field that `fieldOf` finds for its sentence, else as `refusal`. */
  refuseWith: (error: unknown, fieldOf: (message: string) => Field | null) => void;
  /** What main refused no longer counts. */
  forgive: () => void;
}

/** `problemsOf`: a sentence for each field of which something is wrong. */
export function useFormState<Values, Field extends string>(
  start: Values,
  problemsOf: (values: Values) => Partial<Record<Field, string>>,
): FormState<Values, Field> {
  const [values, setValues] = useState(start);
  const [left, setLeft] = useState<ReadonlySet<Field>>(new Set());
  const [refusedTries, setRefusedTries] = useState(0);
  const [refused, setRefused] = useState<{ field: Field | null; message: string } | null>(null);
  const problems = problemsOf(values);
  const refuse = () => setRefusedTries((tries) => tries + 1);
  return {
    values,
    set: (changes) => {
      setValues((before) => ({ ...before, ...changes }));
      setRefused(null);
    },
    problem: (field) => {
      if (refused?.field === field) return refused.message;
      return refusedTries > 0 || left.has(field) ? (problems[field] ?? null) : null;
    },
    leave: (field) => setLeft((before) => new Set(before).add(field)),
    refusal: refused !== null && refused.field === null ? refused.message : null,
    refusedTries,
    refuse,
    refuseWith: (error, fieldOf) => {
      const message = wordsOf(error);
      // Only this kind is about what was typed.
      const ofInput = error instanceof CallError && error.reason.kind === 'invalid-input';
      const field = ofInput ? fieldOf(message) : null;
      setRefused({ field, message: field === null ? message : withoutField(message) });
      if (field !== null) refuse();
    },
    forgive: () => setRefused(null),
  };
}

/** "config.bucket: a name has ..." stands at the bucket already. */
function withoutField(message: string): string {
  const sentence = message.replace(/^[\w. ]{1,40}: /, '');
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
