import { keyOfSame } from '../../../shared/same-content.ts';
import { uploads } from '../../../shared/strings/uploads.ts';
import type { WhichTransfers } from '../../../shared/ipc.ts';
import type { TransferRow } from '../../../shared/transfer-list.ts';
import { attempt } from '../../app/attempt.ts';
import { notify } from '../../components/toasts.tsx';
import { call } from '../../ipc.ts';
import { announce } from '../../stores/announcer.ts';
import { showKeyInHistory } from '../../stores/history.ts';
import { useNavigation } from '../../stores/navigation.ts';
import { askProxiesAgain } from '../../stores/proxies.ts';
import { askSignIn } from '../../stores/sign-ins.ts';
import { remedyOf, type Remedy } from './remedy.ts';

/** What can be done with transfers. Failures are shown to the person. */
export const transferActions = {
  pause: (which: WhichTransfers) => void attempt(() => call('transfers.pause', which)),
  resume: (which: WhichTransfers) => void attempt(() => call('transfers.resume', which)),
  cancel: (which: WhichTransfers) => void attempt(() => call('transfers.cancel', which)),
  sendFirst: (which: WhichTransfers) => void attempt(() => call('transfers.sendFirst', which)),
  retry: (which: WhichTransfers) =>
    void attempt(async () => {
      const { count } = await call('transfers.retry', which);
      notify('info', uploads.actions.retried(count));
    }),
  reveal: (id: number) => void attempt(() => call('transfers.reveal', { id })),
  copyReason: (row: TransferRow) =>
    void attempt(async () => {
      await navigator.clipboard.writeText(`${row.key}: ${row.reason?.message ?? ''}`);
      announce(uploads.actions.copied);
    }),
};

const remedyActions: Record<Remedy, (row: TransferRow) => void> = {
  retry: (row) => transferActions.retry({ ids: [row.id] }),
  connection: () => useNavigation.getState().go('connections'),
  destination: () => useNavigation.getState().go('destinations'),
  settings: () => useNavigation.getState().go('settings'),
  // Where no question is left, the next request finds out whether there still is one.
  'proxy-login': (row) => {
    if (!askProxiesAgain()) transferActions.resume({ ids: [row.id] });
  },
  'sign-in': ({ connectionId }) => askSignIn(connectionId),
  'show-file': (row) => transferActions.reveal(row.id),
  'show-history': ({ key, reason }) => showKeyInHistory((reason === null ? null : keyOfSame(reason)) ?? key),
};

/** Does what helps against the reason of the row, if anything does. */
export function applyRemedy(row: TransferRow): void {
  const remedy = remedyOf(row);
  if (remedy !== null) remedyActions[remedy](row);
}
