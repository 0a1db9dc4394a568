import { CheckCheck, CircleX, Download, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { Toolbar } from 'react-aria-components';
import type { CallInput } from '../../../shared/ipc.ts';
import type { OrphanList, OrphanScan } from '../../../shared/orphans.ts';
import type { Right } from '../../../shared/rights.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { attempt } from '../../app/attempt.ts';
import { Button, Chips, IconButton, MenuButton, notify } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { selectRows, showList, useOrphans } from '../../stores/orphans.ts';
import { refusalOf, useRights } from '../../stores/rights.ts';
import { GreyedButton } from '../browse/greyed-button.tsx';
import { removeSurveyed } from '../doing/actions.ts';
import { everything, isWhole, noSelection, selectedCount, type Selection } from '../../list/selection.ts';
import { AbortDialog } from './abort-dialog.tsx';
import { refusalToForget } from './allowed.ts';
import { ForgetDialog } from './forget-dialog.tsx';
import { LeftList } from './left-list.tsx';

const words = bucketPage.left;
const lists = Object.keys(words.lists) as OrphanList[];
const needed: Record<OrphanList, Right | null> = { unknown: 'delete', missing: null, uploads: 'abort-uploads' };

/** Rows as the contract names them. */
export type OrphanRows = CallInput<'orphans.forgettable'>;

/** The three lists of a search: one of them is seen, with what can be done with its rows. */
export function LeftLists({ scan }: { scan: OrphanScan }) {
  const list = useOrphans((state) => state.list);
  const selection = useOrphans((state) => state.selection);
  const total = useOrphans((state) => state.total);
  const [asking, setAsking] = useState<{ rows: OrphanRows; count: number } | null>(null);
  const right = needed[list];
  const denied = useRights(({ rights }) =>
    right === null ? refusalToForget(scan.counts.missing, rights) : refusalOf(rights, right, scan.prefixes[0] ?? ''),
  );
  const refusal = scan.state === 'running' ? words.waitForSearch : denied;
  const count = selectedCount(selection, total);
  const act = () => {
    if (refusal !== null) {
      notify('warning', refusal);
      return;
    }
    if (count === 0) return;
    const rows = rowsOf(scan.id, selection);
    if (list === 'unknown') void attempt(async () => removeSurveyed(await call('orphans.surveyUnknown', rows)));
    else setAsking({ rows, count });
  };
  return (
    <section className="files card" aria-label={words.lists[list]}>
      <div className="list-toolbar">
        {count > 0 ? (
          <SelectionBar {...{ list, count, refusal }} isAll={isWhole(selection)} onAct={act} />
        ) : (
          <Lists scan={scan} list={list} />
        )}
      </div>
      <p className="bucket-list-hint muted small">{words.hints[list]}</p>
      <div className="files-body">
        <LeftList key={list} {...{ scan, list, refusal }} onAct={act} />
        {total === 0 && (
          <div className="files-nothing muted">{scan.state === 'done' ? words.nothing[list] : words.nothingYet}</div>
        )}
      </div>
      {asking !== null && list === 'uploads' && <AbortDialog {...asking} onClose={() => setAsking(null)} />}
      {asking !== null && list === 'missing' && <ForgetDialog rows={asking.rows} onClose={() => setAsking(null)} />}
    </section>
  );
}

function rowsOf(scanId: number, selection: Selection): OrphanRows {
  return selection.all ? { scanId, except: [...selection.except] } : { scanId, only: [...selection.ids] };
}

function Lists({ scan, list }: { scan: OrphanScan; list: OrphanList }) {
  const total = useOrphans((state) => state.total);
  const none = total === null || total === 0;
  const save = (format: 'csv' | 'json') =>
    void attempt(async () => {
      const file = await call('orphans.export', { scanId: scan.id, list, format });
      if (file !== null) notify('info', words.exported(file));
    });
  return (
    <>
      <Chips
        label={words.listsLabel}
        value={list}
        onChange={showList}
        choices={lists.map((id) => ({
          ...{ id, label: words.lists[id], count: scan.counts[id].count.toLocaleString('en-US') },
        }))}
      />
      <span className="spacer" />
      <Button size="small" icon={CheckCheck} isDisabled={none} onPress={() => selectRows(everything, null)}>
        {words.selectAll}
      </Button>
      <MenuButton
        label={words.export}
        items={(['csv', 'json'] as const).map((format) => ({
          ...{ id: format, label: words.formats[format], onAction: () => save(format) },
        }))}
      >
        <Button size="small" icon={Download} isDisabled={none}>
          {words.export}
        </Button>
      </MenuButton>
    </>
  );
}

interface SelectionBarProps {
  list: OrphanList;
  count: number;
  isAll: boolean;
  refusal: string | null;
  onAct: () => void;
}

function SelectionBar({ list, count, isAll, refusal, onAct }: SelectionBarProps) {
  return (
    <Toolbar className="selection-bar" aria-label={words.selection}>
      <IconButton size="small" icon={X} label={words.clearSelection} onPress={() => selectRows(noSelection, null)} />
      <span className="selection-count">{isAll ? words.allSelected(count) : words.selected(count)}</span>
      <GreyedButton icon={list === 'missing' ? CircleX : Trash2} refusal={refusal} onPress={onAct}>
        {words.act[list]}
      </GreyedButton>
    </Toolbar>
  );
}
