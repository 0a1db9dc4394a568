import type { Command } from '../../shared/ipc.ts';
import { uploads } from '../../shared/strings/uploads.ts';
import { notify } from '../components/toasts.tsx';
import { call, onEvent } from '../ipc.ts';
import { ask } from '../stores/doing.ts';
import { useNavigation } from '../stores/navigation.ts';
import { addOffer } from '../stores/offers.ts';
import { askForSearch } from '../stores/search-request.ts';
import { attempt } from './attempt.ts';

/** What the buttons of the window and the items of the menu do, in one place. Failures are shown. */
export const perform: Record<Command, () => void> = {
  'add-files': () => choose('files'),
  'add-folder': () => choose('folder'),
  'show-uploads': () => useNavigation.getState().go('uploads'),
  'show-browse': () => useNavigation.getState().go('browse'),
  'show-history': () => useNavigation.getState().go('history'),
  'show-destinations': () => useNavigation.getState().go('destinations'),
  'show-connections': () => useNavigation.getState().go('connections'),
  'show-bucket': () => useNavigation.getState().go('bucket'),
  'show-settings': () => useNavigation.getState().go('settings'),
  'show-deletions': () => ask({ what: 'deletions' }),
  search: () => {
    const { view, go } = useNavigation.getState();
    if (view !== 'history' && view !== 'browse') go('uploads');
    askForSearch();
  },
  'pause-all': () => void attempt(() => call('uploads.pauseAll', {})),
  'resume-all': () => void attempt(() => call('uploads.resumeAll', {})),
  'retry-failed': () => void attempt(retryFailed),
  'clear-finished': () => void attempt(() => call('uploads.clear', { batchIds: null })),
};

/** Once, at the start of the window. */
export function followCommands(): void {
  onEvent('command', (command) => perform[command]());
  onEvent('notice', ({ level, text }) => notify(level, text));
}

function choose(kind: 'files' | 'folder'): void {
  void attempt(async () => {
    const offer = await call('offers.choose', { kind });
    if (offer !== null) addOffer(offer);
  });
}

async function retryFailed(): Promise<void> {
  const { count } = await call('transfers.retry', {
    view: { filter: 'failed', search: '', batchId: null, sort: { by: 'order', descending: false } },
  });
  notify('info', uploads.overview.retried(count));
}
