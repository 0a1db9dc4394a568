import { CornerLeftUp, Folder } from 'lucide-react';
import { ListBox, ListBoxItem, Text } from 'react-aria-components';
import { printable } from '../../../shared/format.ts';
import { doing } from '../../../shared/strings/doing.ts';
import { Icon, IconButton, Note, Spinner, TextField } from '../../components/index.ts';
import { above, prefixOf, typedParts } from './target.ts';
import { useFolders, type Folders } from './use-folders.ts';
import { lastNameOf } from './words.ts';

const words = doing.transfer;

interface FolderChooserProps {
  connectionId: number;
  path: string;
  /** `isChosen`: from the list, else typed */
  onChange: (path: string, isChosen: boolean) => void;
  error: string | null;
}

/** A path that is typed, with the folders that are there below it to choose from. */
export function FolderChooser({ connectionId, path, onChange, error }: FolderChooserProps) {
  const { folder, search } = typedParts(path);
  const folders = useFolders(connectionId, folder, search);
  return (
    <div className="doing-chooser">
      <div className="doing-path">
        <TextField
          label={words.folder}
          description={words.folderHint}
          value={path}
          onChange={(typed) => onChange(typed, false)}
          error={error}
          maxLength={1024}
          mono
        />
        <IconButton
          icon={CornerLeftUp}
          label={words.up}
          isDisabled={path === ''}
          onPress={() => onChange(above(path), true)}
        />
      </div>
      <div className="doing-folders">
        {folders.problem !== null && <Note tone="warning">{folders.problem}</Note>}
        <FolderRows folders={folders} search={search} onChoose={(prefix) => onChange(prefix, true)} />
      </div>
      <p className="muted small doing-below" role="status">
        {belowWords(path, folders)}
      </p>
    </div>
  );
}

/** What more is to be said of the folders that are shown. */
function belowWords(path: string, { rows, total, loading, problem }: Folders): string {
  if (loading || problem !== null || total === null) return '';
  if (total > rows.length) return words.more(total - rows.length);
  const prefix = prefixOf(path);
  const isNew = typedParts(path).search !== '' && !rows.some(({ key }) => key === prefix);
  return isNew ? words.isNew(printable(prefix)) : '';
}

interface FolderRowsProps {
  folders: Folders;
  search: string;
  onChoose: (prefix: string) => void;
}

function FolderRows({ folders, search, onChoose }: FolderRowsProps) {
  const { rows, loading, problem } = folders;
  const nothing = search === '' ? words.none : words.nothingFound(printable(search));
  if (loading && rows.length === 0) {
    return (
      <p className="doing-nothing muted" role="status">
        <Spinner /> {words.loading}
      </p>
    );
  }
  return (
    <ListBox
      aria-label={words.folders}
      className="options doing-options"
      items={rows.map(({ key }) => ({ id: key, name: printable(lastNameOf(key)) }))}
      selectionMode="none"
      onAction={(id) => onChoose(String(id))}
      renderEmptyState={() => <span className="doing-nothing muted">{problem === null ? nothing : ''}</span>}
    >
      {({ id, name }) => (
        <ListBoxItem id={id} textValue={name} className="option">
          <span className="doing-folder-icon row">
            <Icon of={Folder} size={14} />
          </span>
          <Text slot="label">{name === '' ? '/' : name}</Text>
        </ListBoxItem>
      )}
    </ListBox>
  );
}
