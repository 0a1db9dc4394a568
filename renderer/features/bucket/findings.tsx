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
  /** why no setting may be changed; null: it may */
  refusal: string | null;
  onMend: (mend: Mend) => void;
}

/** What is not right, each with what sets it right; what is fine is folded into a line. */
export function Findings({ findings, refusal, onMend }: FindingsProps) {
  const open = findings.filter(({ severity }) => severity !== 'fine');
  const fine = findings.filter(({ severity }) => severity === 'fine');
  return (
    <>
      {open.length > 0 && (
        <ul className="stack" aria-label={words.findings}>
          {open.map((finding) => (
            <OpenFinding key={keyOf(finding)} {...{ finding, refusal, onMend }} />
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

function OpenFinding({ finding, refusal, onMend }: Omit<FindingsProps, 'findings'> & { finding: Finding }) {
  const { id, severity, title, text, destinations, mend } = finding;
  return (
    <li className="card bucket-finding" data-severity={severity}>
      <Icon of={icons[severity]} size={20} />
      <div className="bucket-finding-words">
        <p className="bucket-severity">{bucketCheck.severities[severity]}</p>
        <h2>{title}</h2>
        <p>{text}</p>
        {destinations.length > 0 && <p className="muted">{words.concerns(destinations)}</p>}
      </div>
      {mend !== null && (
        <Button isDisabled={refusal !== null} aria-label={words.mendOf(words.mend, title)} onPress={() => onMend(mend)}>
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
