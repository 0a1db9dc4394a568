import { settings as words } from '../../../shared/strings/settings.ts';
import { FirstAnswer, Page } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { useSettings } from '../../stores/settings.ts';
import { AppCard } from './app-card.tsx';
import { DataCard } from './data-card.tsx';
import { NetworkCard } from './network-card.tsx';
import './settings.css';
import { SpeedCard } from './speed-card.tsx';

/** Every setting, saved as soon as it is changed. */
export function SettingsView() {
  const settings = useSettings((state) => state.settings);
  return (
    <Page title={words.title}>
      {settings === null ? (
        <FirstAnswer words={words.loading} retry={words.retry} load={load} />
      ) : (
        <div className="settings page-narrow">
          <SpeedCard settings={settings} />
          <NetworkCard proxy={settings.proxy} />
          <AppCard settings={settings} />
          <DataCard />
        </div>
      )}
    </Page>
  );
}

async function load(): Promise<void> {
  useSettings.setState({ settings: await call('settings.get', {}) });
}
