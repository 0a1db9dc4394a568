/** Keeps the computer awake while it works, and notices when it is back: from sleep, or on another network. */
import { net, powerMonitor, powerSaveBlocker } from 'electron';
import os from 'node:os';
import type { AdminTask } from '../shared/admin-tasks.ts';
import type { Progress } from '../shared/ipc.ts';

/** ms; the look costs well under a millisecond */
const every = 3000;

export interface PowerDeps {
  /** The computer woke up, or the network may be another or there again: whatever waits for it should look at once. */
  onBack(why: 'woke' | 'network'): void;
}

export interface Power {
  /** For every progress: the computer does not fall asleep while something is read or sent. */
  update(progress: Pick<Progress, 'activity'>): void;
  /** The same while tasks of the admin side are under way. */
  updateTasks(tasks: readonly Pick<AdminTask, 'state'>[]): void;
  stop(): void;
}

/** Once the app is ready. */
export function watchPower({ onBack }: PowerDeps): Power {
  let blocker: number | null = null;
  let before = lineNow();
  const working = { uploads: false, tasks: false };

  function keepAwake(now: Partial<typeof working>): void {
    Object.assign(working, now);
    const on = working.uploads || working.tasks;
    if (on && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (on || blocker === null) return;
    powerSaveBlocker.stop(blocker);
    blocker = null;
  }

  function look(): void {
    const now = lineNow();
    const changed = isBack(before, now);
    before = now;
    if (changed) onBack('network');
  }

  const timer = setInterval(look, every);
  const woke = () => onBack('woke');
  powerMonitor.on('resume', woke);
  return {
    update: ({ activity }) => keepAwake({ uploads: activity === 'uploading' || activity === 'scanning' }),
    updateTasks: (tasks) => keepAwake({ tasks: tasks.some(({ state }) => state === 'running') }),
    stop() {
      clearInterval(timer);
      powerMonitor.off('resume', woke);
      keepAwake({ uploads: false, tasks: false });
    },
  };
}

interface Line {
  online: boolean;
  /** of all interfaces but the computer's own */
  addresses: string;
}

/** Both are asked: the system may call a dead line online, and a new Wi-Fi may come without ever having been offline. */
function lineNow(): Line {
  const all = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);
  const outer = all.filter(({ internal }) => !internal).map(({ address }) => address);
  return { online: net.isOnline(), addresses: outer.toSorted().join(' ') };
}

function isBack(before: Line, now: Line): boolean {
  return now.online && (!before.online || (now.addresses !== before.addresses && now.addresses !== ''));
}
