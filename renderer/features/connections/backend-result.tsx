import { formatDuration } from '../../../shared/format.ts';
import type { BackendTest } from '../../../shared/ipc.ts';
import { backends } from '../../../shared/strings/backends.ts';
import { connections } from '../../../shared/strings/connections.ts';
import { useInSight } from '../../app/use-in-sight.ts';
import { Note } from '../../components/index.ts';
import { Working } from './test-result.tsx';
import type { BackendTestState } from './use-backend-test.ts';

const words = backends.test;

/** What a test is doing or has found, read out as it changes. */
export function BackendResult({ state }: { state: BackendTestState }) {
  const place = useInSight(state.at === 'rest' ? null : state);
  return (
    <div role="status" className="test-result" ref={place}>
      {state.at === 'testing' && <Working words={words.testing} hint={connections.form.testingHint} />}
      {state.at === 'refused' && <Note tone="danger">{state.message}</Note>}
      {state.at === 'answered' && <Outcome answer={state.answer} />}
    </div>
  );
}

function Outcome({ answer }: { answer: BackendTest }) {
  if (!answer.ok) {
    return (
      <Note tone="danger">
        <strong>{words.outcomes[answer.outcome] ?? words.outcomeOther}</strong>
        <p className="selectable">{answer.message}</p>
      </Note>
    );
  }
  const latency = formatDuration(Math.max(1, Math.round(answer.latency)));
  return (
    <Note tone="success">
      <strong>{words.works}</strong>
      <p>{words.worksText(latency, answer.user)}</p>
    </Note>
  );
}
