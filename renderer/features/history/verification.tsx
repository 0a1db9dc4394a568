import { CircleHelp, FileX, Replace, Square, type LucideIcon } from 'lucide-react';
import { useEffect } from 'react';
import { ListBox, ListBoxItem, ListLayout, Virtualizer } from 'react-aria-components';
import type { BatchVerification, VerifyOutcome } from '../../../shared/history.ts';
import { history } from '../../../shared/strings/history.ts';
import { Button, Icon, Note, ProgressBar } from '../../components/index.ts';
import { announce } from '../../stores/announcer.ts';
import { dismissVerdict, useVerifying, type Verifying } from '../../stores/history-verify.ts';
import { longestSearch, showFiltered } from '../../stores/history.ts';
import { stopVerifying } from './actions.ts';
import { shortTime, verdictOf } from './words.ts';

const words = history.verify;

/** What the store holds now of an upload, against what was sent: while it is compared, and what came of it. */
export function Verification({ batchId }: { batchId: number }) {
  const verifying = useVerifying(({ byBatch }) => byBatch.get(batchId));
  if (verifying === undefined) return null;
  if (verifying.state === 'running') return <Running batchId={batchId} at={verifying} />;
  const dismiss = (
    <Button size="small" onPress={() => dismissVerdict(batchId)}>
      {words.dismiss}
    </Button>
  );
  if (verifying.state === 'refused') {
    return (
      <Note tone="danger" role="alert" actions={dismiss}>
        {verifying.words}
      </Note>
    );
  }
  const { result } = verifying;
  const verdict = verdictOf(result);
  return (
    <Note tone={verdict.tone} role="status" actions={dismiss}>
      <p className="history-verdict">{verdict.words}</p>
      {result.counts.missing > 0 && <p>{words.mend}</p>}
      <Findings result={result} />
      <p className="muted small">{words.checked(shortTime(result.checkedAt))}</p>
    </Note>
  );
}

function Running({ batchId, at }: { batchId: number; at: Extract<Verifying, { state: 'running' }> }) {
  useEffect(() => announce(words.starting), []);
  const { done, total } = at;
  return (
    <div className="history-verifying">
      <span>{total === null ? words.starting : words.progress(done, total)}</span>
      <Button size="small" icon={Square} onPress={() => stopVerifying(batchId)}>
        {words.stop}
      </Button>
      <ProgressBar label={words.label} value={total === null ? null : done / Math.max(1, total)} />
    </div>
  );
}

const icons: Record<VerifyOutcome, LucideIcon> = {
  same: CircleHelp,
  unproven: CircleHelp,
  different: Replace,
  missing: FileX,
  unknown: CircleHelp,
};

/** px: only those that are seen exist */
const layout = { rowHeight: 28 };
/** rows that are seen without scrolling */
const seen = 5.5;

/** Choosing one shows it in the list below. */
function Findings({ result: { findings, counts } }: { result: BatchVerification }) {
  const all = counts.missing + counts.different + counts.unknown;
  if (findings.length === 0) return null;
  return (
    <>
      {findings.length < all && <p>{words.first(findings.length, all)}</p>}
      <Virtualizer layout={ListLayout} layoutOptions={layout}>
        <ListBox
          className="history-findings"
          aria-label={words.findings}
          style={{ height: Math.min(seen, findings.length) * layout.rowHeight }}
          items={findings}
          onAction={(id) => {
            const found = findings.find((one) => one.id === id);
            if (found !== undefined) showFiltered({ search: found.key.slice(-longestSearch) });
          }}
        >
          {(finding) => <Found finding={finding} />}
        </ListBox>
      </Virtualizer>
    </>
  );
}

function Found({ finding: { id, key, outcome, message } }: { finding: BatchVerification['findings'][number] }) {
  return (
    <ListBoxItem id={id} className="history-finding" textValue={key}>
      <Icon of={icons[outcome]} size={14} />
      <span className="history-outcome">{words.outcomes[outcome]}</span>
      <span className="history-finding-key truncate" title={key}>
        {key}
      </span>
      <span className="muted truncate" title={message}>
        {message}
      </span>
    </ListBoxItem>
  );
}
