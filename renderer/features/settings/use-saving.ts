/** Saves each change at once, one after another, and says of which setting main refused it. */
import { create } from 'zustand';
import type { Settings } from '../../../shared/settings.ts';
import { wordsOf } from '../../app/attempt.ts';
import { rememberTheme } from '../../app/theme.ts';
import { call } from '../../ipc.ts';
import { useSettings } from '../../stores/settings.ts';

export type SettingName = keyof Settings;

interface Saving {
  /** what main said to the last change of a setting */
  refusals: Partial<Record<SettingName, string>>;
}

export const useSaving = create<Saving>()(() => ({ refusals: {} }));

let last: Promise<void> = Promise.resolve();

/** Shown at once; taken back where main refuses it. */
export function change(changes: Partial<Settings>): void {
  last = last.then(() => save(changes));
}

async function save(changes: Partial<Settings>): Promise<void> {
  const before = useSettings.getState().settings;
  if (before === null) return;
  const names = Object.keys(changes) as SettingName[];
  show({ ...before, ...changes });
  try {
    show(await call('settings.set', { ...before, ...changes }));
    note(names, undefined);
  } catch (error) {
    show(before);
    note(names, wordsOf(error));
  }
}

function show(settings: Settings): void {
  useSettings.setState({ settings });
  rememberTheme(settings.theme);
}

function note(names: SettingName[], refusal: string | undefined): void {
  useSaving.setState(({ refusals }) => {
    const rest = Object.fromEntries(Object.entries(refusals).filter(([name]) => !names.includes(name as SettingName)));
    return {
      refusals: refusal === undefined ? rest : { ...rest, ...Object.fromEntries(names.map((name) => [name, refusal])) },
    };
  });
}
