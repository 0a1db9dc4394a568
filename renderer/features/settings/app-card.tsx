import { settings as words } from '../../../shared/strings/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import { Card, Chips } from '../../components/index.ts';
import { Refusal, SwitchRow } from './setting.tsx';
import { change } from './use-saving.ts';

const themes = ['system', 'light', 'dark'] as const;

export function AppCard({ settings }: { settings: Settings }) {
  return (
    <Card title={words.app.title}>
      <div className="setting-row">
        <span className="label">{words.app.theme}</span>
        <Chips
          label={words.app.theme}
          choices={themes.map((id) => ({ id, label: words.app.themes[id] }))}
          value={settings.theme}
          onChange={(theme) => change({ theme })}
        />
      </div>
      <SwitchRow
        label={words.app.notifications}
        hint={words.app.notificationsHint}
        isSelected={settings.notifications}
        onChange={(notifications) => change({ notifications })}
      />
      <SwitchRow
        label={words.app.startInTray}
        hint={words.app.startInTrayHint}
        isSelected={settings.startInTray}
        onChange={(startInTray) => change({ startInTray })}
      />
      <Refusal of={['theme', 'notifications', 'startInTray']} />
    </Card>
  );
}
