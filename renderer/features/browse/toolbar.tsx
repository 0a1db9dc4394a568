import { ArrowUpFromLine, FolderPlus, LayoutGrid, PanelRight, RefreshCw, Rows3 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { browse } from '../../../shared/strings/browse.ts';
import { attempt } from '../../app/attempt.ts';
import { Button, Chips, IconButton, MenuButton, SearchField } from '../../components/index.ts';
import { FilterSelect } from '../../components/filter-select.tsx';
import { call } from '../../ipc.ts';
import { useAskedSearch } from '../../list/use-asked-search.ts';
import { refresh, searchBelow, showRows, useBrowse } from '../../stores/browse.ts';
import { addOffer } from '../../stores/offers.ts';
import { folderLookedAt } from '../../stores/upload-place.ts';
import { openLinks } from '../object/links.tsx';
import { newFolderHere, useFolderRefusal } from './doing.ts';
import { GreyedButton } from './greyed-button.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { selectedCount } from './rows.ts';

const words = browse.toolbar;

/** Above the rows: which are shown, or, while some are selected, what can be done with them; and how they are shown. */
export function BrowseToolbar() {
  const isSelecting = useBrowse((state) => selectedCount(state, state.total) > 0);
  return (
    <div className="list-toolbar browse-toolbar">
      {isSelecting ? <SelectionBar /> : <Shown />}
      <Looks />
    </div>
  );
}

function Shown() {
  const layout = useBrowse((state) => state.layout);
  const place = useBrowse(({ connectionId, prefix }) => `${connectionId} ${prefix}`);
  return (
    <>
      <Search key={place} />
      {layout === 'grid' && <SortChoice />}
      <span className="spacer" />
      <Folder />
    </>
  );
}

function Looks() {
  const layout = useBrowse((state) => state.layout);
  const isOpen = useBrowse((state) => state.panelOpen);
  return (
    <div className="browse-looks">
      <IconButton size="small" icon={RefreshCw} label={words.refresh} onPress={refresh} />
      <IconButton
        size="small"
        icon={layout === 'list' ? LayoutGrid : Rows3}
        label={layout === 'list' ? words.grid : words.list}
        onPress={() => useBrowse.setState({ layout: layout === 'list' ? 'grid' : 'list' })}
      />
      <IconButton
        size="small"
        icon={PanelRight}
        label={words.details}
        aria-pressed={isOpen}
        onPress={() => useBrowse.setState({ panelOpen: !isOpen })}
      />
    </div>
  );
}

/** What puts something here. */
function Folder() {
  const refusal = useFolderRefusal();
  return (
    <>
      <GreyedButton icon={FolderPlus} refusal={refusal} onPress={newFolderHere}>
        {words.newFolder}
      </GreyedButton>
      {refusal === null ? (
        <MenuButton
          label={words.upload}
          items={[
            { id: 'files', label: words.uploadFiles, onAction: () => uploadHere('files') },
            { id: 'folder', label: words.uploadFolder, onAction: () => uploadHere('folder') },
            null,
            { id: 'link', label: words.uploadLink, onAction: linkHere },
          ]}
        >
          <Button size="small" icon={ArrowUpFromLine}>
            {words.upload}
          </Button>
        </MenuButton>
      ) : (
        <GreyedButton icon={ArrowUpFromLine} refusal={refusal} onPress={() => undefined}>
          {words.upload}
        </GreyedButton>
      )}
    </>
  );
}

export function uploadHere(kind: 'files' | 'folder'): void {
  const into = folderLookedAt();
  void attempt(async () => {
    const offer = await call('offers.choose', { kind });
    if (offer !== null) addOffer(offer, into?.place ?? null);
  });
}

/** For somebody else to upload with. */
function linkHere(): void {
  const { connectionId, prefix } = useBrowse.getState();
  if (connectionId !== null) openLinks(connectionId, null, prefix);
}

/** ms: each search goes through all that is below the folder */
const typingPause = 700;
/** as the contract bounds it */
const longestSearch = 200;

type Scope = 'here' | 'below';

/** Filters the folder as it is typed; Enter, or a press, looks below it too. */
function Search() {
  const filter = useBrowse((state) => state.view.search);
  const below = useBrowse((state) => state.below);
  const [typed, setTyped] = useState<string | null>(null);
  const field = useAskedSearch();
  const text = typed ?? below ?? filter;
  useEffect(() => {
    if (typed === null || below === null) return;
    const timer = setTimeout(() => {
      setTyped(null);
      search(typed);
    }, typingPause);
    return () => clearTimeout(timer);
  }, [typed, below]);
  const submit = (wanted: string) => {
    setTyped(null);
    search(wanted);
  };
  const change = (wanted: string) => {
    if (below === null) showRows({ search: wanted });
    else if (wanted === '') submit('');
    else setTyped(wanted);
  };
  const choose = (scope: Scope) => {
    if (scope === 'below') submit(text);
    else {
      setTyped(null);
      searchBelow(null);
      showRows({ search: text });
    }
  };
  return (
    <div className="browse-search" role="search">
      <SearchField
        label={below === null ? words.filter : words.searched}
        value={text}
        onChange={change}
        onSubmit={submit}
        inputRef={field}
        maxLength={longestSearch}
      />
      {text !== '' && (
        <Chips<Scope>
          label={words.scope}
          choices={[
            { id: 'here', label: words.here },
            { id: 'below', label: words.below },
          ]}
          value={below === null ? 'here' : 'below'}
          onChange={choose}
        />
      )}
    </div>
  );
}

function search(text: string): void {
  const wanted = text.trim() === '' ? null : text.trim();
  if (wanted !== useBrowse.getState().below) searchBelow(wanted);
}

const sorts = ['name', 'modified', 'size', 'type'] as const;

/** The grid has no columns to press. Times and sizes come largest first. */
function SortChoice() {
  const by = useBrowse((state) => state.view.sort.by);
  const { columns } = browse.list;
  return (
    <FilterSelect<(typeof sorts)[number]>
      label={words.sort}
      isOne
      options={sorts.map((id) => ({ id, label: columns[id] }))}
      value={[by]}
      onChange={([chosen = 'name']) =>
        showRows({ sort: { by: chosen, descending: chosen === 'modified' || chosen === 'size' } })
      }
      chosen={words.sortedBy(columns[by])}
    />
  );
}
