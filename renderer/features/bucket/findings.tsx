import { Ban, ChevronRight, CircleCheck, CircleHelp, Lightbulb, OctagonAlert, type LucideIcon } from 'lucide-react';
import { Disclosure, DisclosurePanel } from 'react-aria-components';
import type { Finding, Mend, Severity } from '../../../shared/bucket-check.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { Button, Icon } from '../../components/index.ts';
import { useBucket } from '../../stores/bucket.ts';

const words = bucketPage.check;

const icons: Record<Severity, LucideIcon> = {
  problem: OctagonAlert,
  advice: Lightbulb,
  unknown: CircleHelp,
  fine: CircleCheck,
};

interface FindingsProps {
  /** problems first */
  findings: readonly Finding[];
  /** No setting may be changed at all, which is said above. */
  isClosed: boolean;
  /** why this one is not offered; null: it is */
  refusalFor: (mend: Mend) => string | null;
  onMend: (mend: Mend) => void;
}

/** What is not right, each with what sets it right; what is fine is folded into a line. */
export function Findings({ findings, ...around }: FindingsProps) {
  const open = findings.filter(({ severity }) => severity !== 'fine');
  const fine = findings.filter(({ severity }) => severity === 'fine');
  return (
    <>
      {open.length > 0 && (
        <ul className="stack" aria-label={words.findings}>
          {open.map((finding) => (
            <OpenFinding key={keyOf(finding)} finding={finding} {...around} />
          ))}
        </ul>
      )}
      {fine.length > 0 && (
        <section className="card bucket-fine">
          <h2>{words.fine}</h2>
          <ul>
            {fine.map((finding) => (
              <FineFinding key={keyOf(finding)} finding={finding} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

const keyOf = ({ id, title, text }: Finding) => `${id} ${title} ${text}`;

type OpenFindingProps = Omit<FindingsProps, 'findings'> & { finding: Finding };

function OpenFinding({ finding, isClosed, refusalFor, onMend }: OpenFindingProps) {
  const { id, severity, title, text, destinations, mend } = finding;
  const refusal = mend === null ? null : refusalFor(mend);
  return (
    <li className="card bucket-finding" data-severity={severity}>
      <Icon of={icons[severity]} size={20} />
      <div className="bucket-finding-words">
        <p className="bucket-severity">{bucketCheck.severities[severity]}</p>
        <h2>{title}</h2>
        <p>{text}</p>
        {destinations.length > 0 && <p className="muted">{words.concerns(destinations)}</p>}
        {refusal !== null && !isClosed && <p className="muted small">{refusal}</p>}
      </div>
      {mend !== null && (
        <Button
          isDisabled={isClosed || refusal !== null}
          aria-label={words.mendOf(words.mend, title)}
          onPress={() => onMend(mend)}
        >
          {words.mend}
        </Button>
      )}
      {id === 'uploads-left' && (
        <Button aria-label={words.mendOf(words.cleanUp, title)} onPress={() => useBucket.setState({ tab: 'left' })}>
          {words.cleanUp}
        </Button>
      )}
    </li>
  );
}

function FineFinding({ finding: { id, title, text, destinations } }: { finding: Finding }) {
  return (
    <li>
      <Disclosure className="bucket-fold">
        <Button slot="trigger" variant="quiet" size="small" icon={ChevronRight}>
          <span className="bucket-fine-mark">
            <Icon of={id === 'unsupported' ? Ban : CircleCheck} size={14} />
          </span>
          <span>{title}</span>
        </Button>
        <DisclosurePanel className="bucket-fold-body">
          <p>{text}</p>
          {destinations.length > 0 && <p className="muted">{words.concerns(destinations)}</p>}
        </DisclosurePanel>
      </Disclosure>
    </li>
  );
}
