import {
  ArrowUpToLine,
  CloudUpload,
  Database,
  FolderOpen,
  History,
  Settings,
  ShieldCheck,
  Signpost,
} from 'lucide-react';
import { Button } from 'react-aria-components';
import { frame } from '../../shared/strings/frame.ts';
import { Icon } from '../components/index.ts';
import { useNavigation, type ViewName } from '../stores/navigation.ts';

const views = [
  { name: 'uploads', icon: CloudUpload },
  { name: 'browse', icon: FolderOpen },
  { name: 'history', icon: History },
  { name: 'destinations', icon: Signpost },
  { name: 'connections', icon: Database },
  { name: 'bucket', icon: ShieldCheck },
  { name: 'settings', icon: Settings },
] as const satisfies { name: ViewName; icon: unknown }[];

/** In a narrow window the words are hidden from sight only: the buttons keep their names. */
export function Sidebar() {
  const { view, go } = useNavigation();
  return (
    <nav className="sidebar" aria-label={frame.navigation}>
      <div className="brand">
        <span className="brand-mark">
          <Icon of={ArrowUpToLine} size={18} />
        </span>
        <span className="brand-name">{frame.appName}</span>
      </div>
      {views.map(({ name, icon }) => (
        <Button
          key={name}
          className="nav-item"
          aria-label={frame.views[name]}
          onPress={() => go(name)}
          {...(view === name ? { 'aria-current': 'page' as const, 'data-current': true } : {})}
        >
          <Icon of={icon} size={18} />
          <span className="nav-word">{frame.views[name]}</span>
        </Button>
      ))}
    </nav>
  );
}
