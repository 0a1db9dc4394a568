import { FolderOpen, LifeBuoy } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { AppInfo } from '../../../shared/ipc.ts';
import { settings as words } from '../../../shared/strings/settings.ts';
import { attempt } from '../../app/attempt.ts';
import { Button, Card, Note } from '../../components/index.ts';
import { call } from '../../ipc.ts';

export function DataCard() {
  const info = useInfo();
  const practice = info?.practiceFolder ?? null;
  return (
    <Card title={words.data.title}>
      <Place title={words.data.dataFolder} hint={words.data.dataHint} path={info?.dataFolder}>
        <OpenButton folder="data" of={words.data.dataFolder} />
      </Place>
      <Place title={words.data.logFolder} hint={words.data.logHint} path={info?.logFolder}>
        <OpenButton folder="logs" of={words.data.logFolder} />
      </Place>
      {practice !== null && (
        <Place title={words.data.practiceFolder} hint={words.data.practiceHint} path={practice}>
          <OpenButton folder="practice" of={words.data.practiceFolder} />
        </Place>
      )}
      <Diagnostics />
      {info !== null && <p className="muted small selectable">{words.data.version(info.version)}</p>}
    </Card>
  );
}

function useInfo(): AppInfo | null {
  const [info, setInfo] = useState<AppInfo | null>(null);
  useEffect(() => {
    void attempt(async () => setInfo(await call('app.info', {})));
  }, []);
  return info;
}

interface PlaceProps {
  title: string;
  hint: string;
  path?: string | undefined;
  /** its button */
  children: ReactNode;
}

function Place({ title, hint, path, children }: PlaceProps) {
  return (
    <div className="setting-row">
      <div className="setting-words">
        <h3>{title}</h3>
        <span className="field-description">{hint}</span>
        {path !== undefined && <span className="mono small selectable setting-path">{path}</span>}
      </div>
      {children}
    </div>
  );
}

function OpenButton({ folder, of }: { folder: 'data' | 'logs' | 'practice'; of: string }) {
  const open = () => void attempt(() => call('app.openFolder', { folder }));
  return (
    <Button icon={FolderOpen} onPress={open} aria-label={words.data.openOf(of)}>
      {words.data.open}
    </Button>
  );
}

function Diagnostics() {
  const [saving, setSaving] = useState(false);
  const [path, setPath] = useState<string | null>(null);
  const save = async () => {
    setSaving(true);
    setPath(null);
    await attempt(async () => setPath(await call('app.diagnostics', {})));
    setSaving(false);
  };
  return (
    <>
      <Place title={words.data.diagnostics} hint={words.data.diagnosticsHint}>
        <Button icon={LifeBuoy} isPending={saving} onPress={() => void save()}>
          {words.data.save}
        </Button>
      </Place>
      <div role="status">
        {path !== null && (
          <Note tone="success">
            <span className="selectable">{words.data.savedTo(path)}</span>
          </Note>
        )}
      </div>
    </>
  );
}
