import '../../app/zod-without-eval.ts';
import { useState } from 'react';
import type { Destination } from '../../../shared/destination.ts';
import type { DestinationFile } from '../../../shared/ipc.ts';
import { destinations as words } from '../../../shared/strings/destinations.ts';
import { attempt } from '../../app/attempt.ts';
import { useFocusBack } from '../../app/use-focus-back.ts';
import { FirstAnswer, notify, Page } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { useDestinations } from '../../stores/destinations.ts';
import { DestinationForm } from './destination-form.tsx';
import './destinations.css';
import { valuesOf } from './draft.ts';
import { addButtonId, headingId } from './element-ids.ts';
import { freeName } from './facts.ts';
import { ImportDialog } from './import-dialog.tsx';
import { DestinationList, Empty, HeadActions } from './destination-list.tsx';
import { closeForm, openForm, useOpenForm } from './open-form.ts';
import { PresetDialog } from './preset-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';

type Open =
  | { what: 'preset' }
  | { what: 'import'; file: DestinationFile }
  /** `neighbour`: what has the focus once it is gone; null: it was the only one */
  | { what: 'remove'; destination: Destination; neighbour: Destination | null };

/** What becomes of files: the list, the form that takes its place, and what is done with its entries. */
export function DestinationsView() {
  const [open, setOpen] = useState<Open | null>(null);
  const list = useDestinations((state) => state.list);
  const form = useOpenForm((state) => state.form);
  const focusBack = useFocusBack(open === null && form === null);
  const close = () => setOpen(null);
  const leaveForm = (focusOn: string) => {
    closeForm();
    focusBack(focusOn);
  };
  if (form !== null) {
    const back = form.editing === null ? addButtonId : headingId(form.editing.id);
    return (
      <DestinationForm
        key={form.editing?.id ?? 'new'}
        opened={form}
        others={(list ?? []).filter(({ id }) => id !== form.editing?.id)}
        onSaved={(saved) => leaveForm(headingId(saved.id))}
        onClose={() => leaveForm(back)}
      />
    );
  }
  const actions = {
    add: () => openForm(null),
    edit: (destination: Destination) => openForm(destination),
    duplicate: (destination: Destination) => openForm(null, copyOf(destination, list ?? [])),
    preset: () => setOpen({ what: 'preset' }),
    import: () => void attempt(() => chooseFile((file) => setOpen({ what: 'import', file }))),
    export: (some: readonly Destination[]) => void attempt(() => exportSome(some)),
    remove: (destination: Destination, neighbour: Destination | null) =>
      setOpen({ what: 'remove', destination, neighbour }),
  };
  return (
    <Page title={words.title} actions={list !== null && list.length > 0 && <HeadActions list={list} {...actions} />}>
      {list === null ? (
        <FirstAnswer words={words.loading} retry={words.retry} load={load} />
      ) : list.length === 0 ? (
        <Empty {...actions} />
      ) : (
        <DestinationList list={list} {...actions} />
      )}
      {open?.what === 'preset' && (
        <PresetDialog
          taken={(list ?? []).map(({ rules }) => rules.name)}
          onSaved={(first) => {
            close();
            focusBack(headingId(first.id));
          }}
          onClose={close}
        />
      )}
      {open?.what === 'import' && <ImportDialog file={open.file} onClose={close} />}
      {open?.what === 'remove' && (
        <RemoveDialog
          destination={open.destination}
          onRemoved={() => {
            close();
            focusBack(open.neighbour === null ? addButtonId : headingId(open.neighbour.id));
          }}
          onClose={close}
        />
      )}
    </Page>
  );
}

async function load(): Promise<void> {
  useDestinations.setState({ list: await call('destinations.list', {}) });
}

function copyOf(destination: Destination, list: readonly Destination[]) {
  const taken = new Set(list.map(({ rules }) => rules.name));
  return valuesOf(destination, freeName(words.list.copyOf(destination.rules.name), taken));
}

async function chooseFile(onChosen: (file: DestinationFile) => void): Promise<void> {
  const file = await call('destinations.readFile', {});
  if (file !== null) onChosen(file);
}

async function exportSome(some: readonly Destination[]): Promise<void> {
  const file = await call('destinations.export', { ids: some.map(({ id }) => id) });
  if (file !== null) notify('info', words.list.exported(file));
}
