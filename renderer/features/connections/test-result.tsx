import { formatDuration } from '../../../shared/format.ts';
import type { ConnectionTest } from '../../../shared/ipc.ts';
import { connections as words } from '../../../shared/strings/connections.ts';
import { Button, Note, ProgressBar } from '../../components/index.ts';
import { useInSight } from '../../app/use-in-sight.ts';
import type { TestState } from './use-test.ts';

export interface TestResultProps {
  state: TestState;
  bucket: string;
  onCreateBucket: () => void;
  onUseRegion: (region: string) => void;
}

/** What a test is doing or has found, read out as it changes. */
export function TestResult({ state, ...offers }: TestResultProps) {
  const place = useInSight(state.at === 'rest' ? null : state);
  return (
    <div role="status" className="test-result" ref={place}>
      {state.at === 'testing' && <Working words={words.form.testing} hint={words.form.testingHint} />}
      {state.at === 'creating' && <Working words={words.form.creatingBucket} />}
      {state.at === 'refused' && <Note tone="danger">{state.message}</Note>}
      {state.at === 'answered' && state.created !== null && (
        <Note tone="success">{words.form.bucketCreated(state.created)}</Note>
      )}
      {state.at === 'answered' && <Outcome answer={state.answer} {...offers} />}
    </div>
  );
}

export function Working({ words: what, hint }: { words: string; hint?: string }) {
  return (
    <div className="stack test-working">
      <div>
        {what} {hint !== undefined && <span className="muted">{hint}</span>}
      </div>
      <ProgressBar label={what} value={null} size="thin" />
    </div>
  );
}

function Outcome(props: Omit<TestResultProps, 'state'> & { answer: ConnectionTest }) {
  const { answer } = props;
  if (!answer.ok) return <Failure {...props} answer={answer} />;
  const proof = words.integrity[answer.capabilities.integrity];
  return (
    <Note tone={answer.capabilities.integrity === 'none' ? 'warning' : 'success'}>
      <strong>{words.form.works}</strong>
      <p>{words.form.worksText(formatDuration(Math.max(1, Math.round(answer.latency))), proof)}</p>
    </Note>
  );
}

type Failed = Extract<ConnectionTest, { ok: false }>;

function Failure({ answer, ...offers }: Omit<TestResultProps, 'state'> & { answer: Failed }) {
  const actions = <Offer offer={answer.offer} {...offers} />;
  return (
    <Note tone="danger" {...(answer.offer === null ? {} : { actions })}>
      <strong>{words.form.outcomes[answer.outcome] ?? words.form.outcomeOther}</strong>
      <p className="selectable">{answer.message}</p>
    </Note>
  );
}

function Offer({
  offer,
  bucket,
  onCreateBucket,
  onUseRegion,
}: Omit<TestResultProps, 'state'> & { offer: Failed['offer'] }) {
  if (offer === null) return null;
  if ('create' in offer) return <Button onPress={onCreateBucket}>{words.form.createBucket(bucket)}</Button>;
  return <Button onPress={() => onUseRegion(offer.region)}>{words.form.useRegion(offer.region)}</Button>;
}
