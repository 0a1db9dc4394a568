import { CircleSlash, OctagonAlert, Shuffle } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { formatBytes } from '../../../../shared/format.ts';
import { uploads } from '../../../../shared/strings/uploads.ts';
import type { PlanView, UploadPlan } from '../../../../shared/upload-plan.ts';
import { Icon, Note, Spinner } from '../../../components/index.ts';
import type { PlanState } from './use-plan.ts';

const words = uploads.offer.plan;

interface PlanSummaryProps {
  state: PlanState;
  /** of the destinations, by id */
  names: ReadonlyMap<number, string>;
  /** Shows these in the list of files. */
  onShow: (view: Partial<PlanView>) => void;
}

/** What would become of the files: how many go where, and what of them does not go, and why. */
export function PlanSummary({ state, names, onShow }: PlanSummaryProps) {
  const { plan, isCurrent, error, seen } = state;
  const sent = plan?.targets.reduce((sum, target) => sum + target.files, 0) ?? 0;
  return (
    <section className="offer-plan" aria-label={words.title}>
      <div className="offer-plan-head">
        <h3>{words.title}</h3>
        {!isCurrent && (
          <span className="row muted small">
            <Spinner size={14} />
            {plan === null ? words.planning(seen ?? 0) : words.replanning}
          </span>
        )}
        <span className="visually-hidden" role="status">
          {isCurrent && plan !== null && words.ready(sent)}
        </span>
      </div>
      {error !== null && isCurrent && (
        <Note tone="warning" role="alert">
          {error}
        </Note>
      )}
      {plan !== null && (
        <div className="offer-plan-body" data-old={!isCurrent || undefined}>
          <Targets plan={plan} names={names} onShow={onShow} />
          <NotSent plan={plan} onShow={onShow} />
          {plan.renamed > 0 && (
            <Line icon={<Icon of={Shuffle} />} onPress={() => onShow({ show: 'renamed' })}>
              <span>{words.renamed(plan.renamed)}</span>
            </Line>
          )}
          {sent === 0 && <Note tone="warning">{words.empty}</Note>}
        </div>
      )}
    </section>
  );
}

interface PartProps {
  plan: UploadPlan;
  onShow: PlanSummaryProps['onShow'];
}

function Targets({ plan, names, onShow }: PartProps & Pick<PlanSummaryProps, 'names'>) {
  return (
    <ul className="offer-targets">
      {plan.targets.map(({ destinationId, files, objects, bytes }) => (
        <li key={destinationId ?? 0}>
          <Line onPress={() => onShow({ show: 'planned', destinationId })}>
            <strong className="offer-target-name truncate">
              {destinationId === null ? uploads.offer.list.shows.planned : (names.get(destinationId) ?? '')}
            </strong>
            <span>{files === 0 ? words.nothingFor : words.target(files, objects)}</span>
            <span className="muted offer-target-size">{files === 0 ? '' : formatBytes(bytes)}</span>
          </Line>
        </li>
      ))}
    </ul>
  );
}

function NotSent({ plan, onShow }: PartProps) {
  return (
    <ul className="offer-not-sent">
      {plan.notSent.map(({ state, reason, files }) => (
        <li key={`${state} ${reason.kind}`}>
          <Line
            icon={<Icon of={state === 'failed' ? OctagonAlert : CircleSlash} />}
            tone={state}
            onPress={() => onShow({ show: 'not-sent', reason: reason.kind })}
          >
            <span>
              {uploads.files(files)} {state === 'failed' ? words.failed : words.skipped}
            </span>
            <span className="muted offer-why">{reason.message}</span>
          </Line>
        </li>
      ))}
    </ul>
  );
}

interface LineProps {
  icon?: ReactNode;
  tone?: string;
  onPress: () => void;
  children: ReactNode;
}

/** Pressed, it shows its files. */
function Line({ icon, tone, onPress, children }: LineProps) {
  return (
    <AriaButton className="offer-line" data-tone={tone} onPress={onPress}>
      {icon}
      {children}
    </AriaButton>
  );
}
