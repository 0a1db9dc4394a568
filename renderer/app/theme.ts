import type { Settings } from '../../shared/settings.ts';

type Theme = Settings['theme'];
const place = 'theme';

/** Shows it, and keeps it for the first paint of the next start, which does not wait for the settings. */
export function rememberTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  localStorage.setItem(place, theme);
}

/** Before the first paint. */
export function showRememberedTheme(): void {
  document.documentElement.dataset['theme'] = localStorage.getItem(place) ?? 'system';
}
