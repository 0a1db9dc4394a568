/** Answers the calls about settings. */
import type { SettingsFile } from '../app/settings-file.ts';
import type { Handlers } from './handlers.ts';

/** Throws what `SettingsFile.set` throws. */
export function settingsHandlers({
  settings,
}: {
  settings: Pick<SettingsFile, 'get' | 'set'>;
}): Pick<Handlers, 'settings.get' | 'settings.set'> {
  return {
    'settings.get': () => settings.get(),
    'settings.set': (wanted) => settings.set(wanted),
  };
}
