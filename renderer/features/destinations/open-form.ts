/** The form that is open, with what is typed: whoever looks at another view meanwhile finds it as it was. */
import { create } from 'zustand';
import type { Destination } from '../../../shared/destination.ts';
import type { Sample } from '../../../shared/ipc.ts';
import { useConnections } from '../../stores/connections.ts';
import { startValues, valuesOf, type FormValues } from './draft.ts';

export interface OpenForm {
  /** null: a new one */
  editing: Destination | null;
  /** as it was opened: what is not this is not saved yet */
  start: FormValues;
  values: FormValues;
  /** by which it shows what becomes of a file; null: the photo that every Sideline has */
  sample: Sample | null;
  /** of fields that are asked for with each upload */
  examples: Readonly<Record<string, string>>;
}

export const useOpenForm = create<{ form: OpenForm | null }>()(() => ({ form: null }));

/** `start`: of a new one, where it does not begin empty. */
export function openForm(editing: Destination | null, start?: FormValues): void {
  const values = start ?? (editing === null ? emptyForm() : valuesOf(withConnection(editing)));
  // A copy that was not touched is not saved either.
  const before = start === undefined ? values : emptyForm();
  useOpenForm.setState({ form: { editing, start: before, values, sample: null, examples: {} } });
}

/** One that is gone must be chosen anew. */
function withConnection({ connectionId, rules }: Destination): Parameters<typeof valuesOf>[0] {
  const all = useConnections.getState().list;
  const gone = all !== null && !all.some(({ id }) => id === connectionId);
  return { connectionId: gone ? null : connectionId, rules };
}

function emptyForm(): FormValues {
  return startValues(useConnections.getState().list?.[0]?.id ?? null);
}

export function keep(change: Partial<Pick<OpenForm, 'values' | 'sample' | 'examples'>>): void {
  useOpenForm.setState(({ form }) => ({ form: form === null ? null : { ...form, ...change } }));
}

export function closeForm(): void {
  useOpenForm.setState({ form: null });
}
