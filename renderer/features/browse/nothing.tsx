import { ArrowUpFromLine, Database, FolderOpen, FolderX, PackageOpen } from 'lucide-react';
import { useState, type SyntheticEvent } from 'react';
import type { Reason } from '../../../shared/errors.ts';
import { printable } from '../../../shared/format.ts';
import { browse } from '../../../shared/strings/browse.ts';
import { perform } from '../../app/commands.ts';
import { Button, EmptyState, Note, TextField } from '../../components/index.ts';
import { browseTo, refresh, searchBelow, showRows, useBrowse } from '../../stores/browse.ts';
import { useRights } from '../../stores/rights.ts';
import { useFolderRefusal } from './doing.ts';
import { uploadHere } from './toolbar.tsx';

/** There is no connection to a bucket. */
export function NoConnection() {
  const words = browse.empty;
  return (
    <EmptyState
      icon={Database}
      title={words.noConnection}
      actions={
        <Button variant="primary" onPress={perform['show-connections']}>
          {words.addConnection}
        </Button>
      }
    >
      {words.noConnectionBody}
    </EmptyState>
  );
}

/** In the place of the rows, where there are none. */
export function Nothing() {
  const prefix = useBrowse((state) => state.prefix);
  const filter = useBrowse((state) => state.view.search);
  const below = useBrowse((state) => state.below);
  const refusal = useFolderRefusal();
  const words = browse.empty;
  if (below !== null || filter.trim() !== '') {
    return (
      <div className="browse-nothing">
        <p className="muted">{below === null ? words.nothingFound : words.nothingBelow}</p>
        <div className="row">
          {below === null && (
            <Button size="small" onPress={() => searchBelow(filter.trim())}>
              {words.searchBelow}
            </Button>
          )}
          <Button size="small" onPress={() => (below === null ? showRows({ search: '' }) : searchBelow(null))}>
            {words.clear}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="browse-nothing">
      <EmptyState
        icon={prefix === '' ? PackageOpen : FolderOpen}
        title={prefix === '' ? words.bucket : words.folder}
        actions={
          refusal === null && (
            <Button icon={ArrowUpFromLine} onPress={() => uploadHere('files')}>
              {browse.toolbar.upload}
            </Button>
          )
        }
      >
        {refusal ?? (prefix === '' ? words.bucketBody : words.folderBody)}
      </EmptyState>
    </div>
  );
}

/** In the place of the rows, where they cannot be listed: why, and what can be done about it. */
export function Problem({ connectionId, reason }: { connectionId: number; reason: Reason }) {
  const words = browse.problem;
  const isDenied = reason.kind === 'denied' || reason.kind === 'prefix-locked';
  return (
    <div className="browse-problem">
      <EmptyState
        icon={FolderX}
        title={isDenied ? words.denied : words.other}
        actions={
          <>
            <Button onPress={refresh}>{browse.retry}</Button>
            <Button onPress={perform['show-connections']}>{words.connections}</Button>
          </>
        }
      >
        <span role="alert">{reason.message}</span>
      </EmptyState>
      {isDenied && <OtherFolders connectionId={connectionId} />}
    </div>
  );
}

/** Those that a destination keeps its users to; else one that is typed. */
function OtherFolders({ connectionId }: { connectionId: number }) {
  const folders = useRights(({ rights }) => rights?.folders ?? null);
  const [typed, setTyped] = useState('');
  const words = browse.problem;
  if (folders !== null) {
    return (
      <div className="browse-folders">
        <p className="muted">{words.lockedHelp}</p>
        {folders.map((folder) => (
          <Button key={folder} icon={FolderOpen} onPress={() => browseTo(connectionId, folder)}>
            {printable(folder)}
          </Button>
        ))}
      </div>
    );
  }
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (typed !== '') browseTo(connectionId, typed.endsWith('/') ? typed : `${typed}/`);
  };
  return (
    <form className="browse-go" onSubmit={submit}>
      <p className="muted">{words.deniedHelp}</p>
      <TextField
        label={words.goTo}
        description={words.goToHint}
        value={typed}
        onChange={setTyped}
        maxLength={1000}
        mono
      />
      <Button type="submit">{words.open}</Button>
    </form>
  );
}

/** Above rows that are there: what came after them is missing, or what is new. */
export function Interruption({ reason }: { reason: Reason }) {
  return (
    <Note tone="warning" role="alert" actions={<Button onPress={refresh}>{browse.retry}</Button>}>
      {browse.problem.cut} {reason.message}
    </Note>
  );
}
