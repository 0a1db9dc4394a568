import { create } from 'zustand';
import type { Settings } from '../../shared/settings.ts';
import { attempt } from '../app/attempt.ts';
import { rememberTheme } from '../app/theme.ts';
import { call, onEvent } from '../ipc.ts';

/** null until main has answered. */
export const useSettings = create<{ settings: Settings | null }>()(() => ({ settings: null }));

function take(settings: Settings): void {
  useSettings.setState({ settings });
  rememberTheme(settings.theme);
}

/** Once, at the start of the window. */
export function followSettings(): void {
  onEvent('settings', take);
  void attempt(async () => take(await call('settings.get', {})));
}
