import { useEffect, useId, useRef, useState, type SyntheticEvent } from 'react';
import { Form } from 'react-aria-components';
import { printable } from '../../../shared/format.ts';
import { nameParts } from '../../../shared/key-template/key-rules.ts';
import { common } from '../../../shared/strings/common.ts';
import { doing } from '../../../shared/strings/doing.ts';
import { useFormState } from '../../app/form-state.ts';
import { useFocusOnProblem } from '../../app/use-focus-on-problem.ts';
import { Button, Dialog, Note, notify, TextField } from '../../components/index.ts';
import { call, CallError } from '../../ipc.ts';
import { selectNothing, useBrowse, type BrowsePlace } from '../../stores/browse.ts';
import type { OneRow } from '../../stores/doing.ts';
import { keyWith, nameOfKey, nameProblem, type NameOf } from './names.ts';
import { quoted } from './words.ts';

const words = doing.name;

/** Another name in the same folder. */
export function RenameDialog({ one, onClose }: { one: OneRow; onClose: () => void }) {
  const { connectionId, key } = one;
  const of = nameOfKey(key);
  const rename = async (name: string) => {
    const to = keyWith(name, of);
    if (await isThere(connectionId, to)) return words.exists;
    await call('objects.rename', { connectionId, from: key, to, overwrite: false });
    selectNothing();
    return null;
  };
  return (
    <NameDialog
      title={words.renameTitle(quoted(key))}
      of={of}
      hint={of.isFolder ? words.folderHint : words.objectHint}
      action={words.rename}
      act={rename}
      onClose={onClose}
    />
  );
}

/** An empty object that stands for the folder. */
export function NewFolderDialog({ place, onClose }: { place: BrowsePlace; onClose: () => void }) {
  const { connectionId, prefix } = place;
  const create = async (name: string) => {
    try {
      const { key } = await call('objects.newFolder', { connectionId, prefix, name });
      notify('info', words.created(quoted(key)));
      return null;
    } catch (error) {
      if (error instanceof CallError && error.reason.kind === 'object-exists') return words.exists;
      throw error;
    }
  };
  return (
    <NameDialog
      title={words.newFolderTitle}
      of={{ folder: prefix, isFolder: true, current: null }}
      hint={words.in(prefix === '' ? doing.wholeBucket : printable(prefix))}
      action={words.create}
      act={create}
      onClose={onClose}
    />
  );
}

/** Whether the list that is looked at has it. Where none is open, main still puts nothing in its place. */
async function isThere(connectionId: number, key: string): Promise<boolean> {
  const { status, connectionId: shown } = useBrowse.getState();
  if (status === null || shown !== connectionId) return false;
  const all = { search: '', kinds: [], sort: { by: 'name', descending: false } } as const;
  const view = { ...all, kinds: [] };
  return (await call('browse.place', { listingId: status.listingId, view, key })) !== null;
}

interface NameDialogProps {
  title: string;
  of: NameOf;
  hint: string;
  action: string;
  /** Does it; what is wrong with the name, or null. */
  act: (name: string) => Promise<string | null>;
  onClose: () => void;
}

function NameDialog({ title, of, hint, action, act, onClose }: NameDialogProps) {
  const formId = useId();
  const [taken, setTaken] = useState<{ name: string; why: string } | null>(null);
  const [working, setWorking] = useState(false);
  const problemOf = (name: string) => (taken?.name === name ? taken.why : nameProblem(name, of));
  const form = useFormState<{ name: string }, 'name'>({ name: of.current ?? '' }, ({ name }) => {
    const problem = problemOf(name);
    return problem === null ? {} : { name: problem };
  });
  const element = useFocusOnProblem(form.refusedTries);
  const input = useStemSelected(of);
  const { name } = form.values;
  const submit = async () => {
    if (working) return; // Enter in a form's only field sends it even while its button is pending
    if (problemOf(name) !== null) {
      form.refuse();
      return;
    }
    setWorking(true);
    try {
      const why = await act(name);
      if (why === null) onClose();
      else {
        setTaken({ name, why });
        form.refuse();
      }
    } catch (error) {
      form.refuseWith(error, () => null);
    } finally {
      setWorking(false);
    }
  };
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    void submit();
  };
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      keepOpen={name !== (of.current ?? '')}
      footer={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button type="submit" form={formId} variant="primary" isPending={working}>
            {action}
          </Button>
        </>
      }
    >
      <Form id={formId} ref={element} className="doing-form" validationBehavior="aria" onSubmit={onSubmit}>
        <TextField
          label={words.label}
          description={hint}
          value={name}
          onChange={(next) => form.set({ name: next })}
          error={form.problem('name')}
          inputRef={input}
          autoFocus
        />
        <div role="alert">{form.refusal !== null && <Note tone="danger">{form.refusal}</Note>}</div>
      </Form>
    </Dialog>
  );
}

/** The name is selected without its extension, as file managers do it: typing replaces it. */
function useStemSelected({ current, isFolder }: NameOf) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (current === null) return;
    const stem = isFolder ? current : nameParts(current).stem;
    input.current?.focus();
    input.current?.setSelectionRange(0, stem.length);
  }, [current, isFolder]);
  return input;
}
