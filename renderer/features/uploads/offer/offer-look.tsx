import { Files } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Look } from '../../../../shared/ipc.ts';
import { uploads } from '../../../../shared/strings/uploads.ts';
import { wordsOf } from '../../../app/attempt.ts';
import { Icon, Note, Spinner } from '../../../components/index.ts';
import { call } from '../../../ipc.ts';

export type LookState = { is: 'looking' } | { is: 'known'; look: Look } | { is: 'failed'; message: string };

const words = uploads.offer;

/** Asks what is in an offer, once; an answer that comes after the dialog has closed is nobody's. */
export function useLook(offerId: string): LookState {
  const [state, setState] = useState<LookState>({ is: 'looking' });
  useEffect(() => {
    let open = true;
    const show = (next: LookState) => open && setState(next);
    call('offers.look', { offerId }).then(
      (look) => show({ is: 'known', look }),
      (error: unknown) => open && show({ is: 'failed', message: wordsOf(error) }),
    );
    return () => {
      open = false;
    };
  }, [offerId]);
  return state;
}

/** How much was found, and what of it will not be sent; `isShort`: a plan says that. */
export function LookSummary({ look: state, isShort }: { look: LookState; isShort: boolean }) {
  if (state.is === 'failed') return <Note tone="warning">{state.message}</Note>;
  if (state.is === 'looking') {
    return (
      <div className="offer-found" role="status">
        <Spinner size={20} />
        <span className="muted">{words.looking}</span>
      </div>
    );
  }
  const { look } = state;
  return (
    <>
      <div className="offer-found" role="status">
        <Icon of={Files} size={20} />
        <strong>{look.files === 0 ? words.nothingFound : words.found(look.files, look.bytes)}</strong>
      </div>
      {!isShort && <Problems look={look} />}
    </>
  );
}

function Problems({ look }: { look: Look }) {
  const { problems, skipped, failed } = look;
  if (skipped + failed === 0) return null;
  const more = skipped + failed - problems.length;
  const sentences = [failed > 0 ? words.willFail(failed) : null, skipped > 0 ? words.willSkip(skipped) : null];
  return (
    <Note tone={failed > 0 ? 'warning' : 'info'}>
      <strong>{sentences.filter((sentence) => sentence !== null).join(', ')}</strong>
      <ul className="offer-problems" aria-label={words.problems} tabIndex={0}>
        {problems.map(({ name, reason }) => (
          <li key={name}>
            <span className="selectable">{name}</span> <span className="muted">{reason.message}</span>
          </li>
        ))}
        {more > 0 && <li className="muted">{words.moreProblems(more)}</li>}
      </ul>
    </Note>
  );
}
