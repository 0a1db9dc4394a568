import { ChevronRight, Ellipsis } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { printable } from '../../../shared/format.ts';
import { browse } from '../../../shared/strings/browse.ts';
import { Icon, IconButton, MenuButton } from '../../components/index.ts';
import { nameParts } from '../../list/name-parts.ts';
import { browseTo } from '../../stores/browse.ts';
import { folded, segmentsOf, type Segment } from './words.ts';

interface BreadcrumbProps {
  connectionId: number;
  bucket: string;
  prefix: string;
  /** folders that have room, the bucket aside */
  most: number;
}

/** Bucket and folders on the way here, each of which leads there; what has no room is in a menu. */
export function Breadcrumb({ connectionId, bucket, prefix, most }: BreadcrumbProps) {
  const { first, hidden, last } = folded(segmentsOf(prefix), most);
  const root: Segment = { name: printable(bucket), prefix: '' };
  const go = (segment: Segment) => () => browseTo(connectionId, segment.prefix);
  return (
    <nav className="browse-path" aria-label={browse.where.path}>
      <ol>
        {[root, ...first].map((segment) => (
          <Crumb key={segment.prefix} segment={segment} isHere={segment.prefix === prefix} onPress={go(segment)} />
        ))}
        {hidden.length > 0 && (
          <li className="browse-crumb">
            <Icon of={ChevronRight} size={14} />
            <MenuButton
              label={browse.where.hidden(hidden.length)}
              items={hidden.map((segment) => ({ id: segment.prefix, label: segment.name, onAction: go(segment) }))}
            >
              <IconButton size="small" icon={Ellipsis} label={browse.where.hidden(hidden.length)} />
            </MenuButton>
          </li>
        )}
        {last.map((segment) => (
          <Crumb key={segment.prefix} segment={segment} isHere={segment.prefix === prefix} onPress={go(segment)} />
        ))}
      </ol>
    </nav>
  );
}

interface CrumbProps {
  segment: Segment;
  /** it is what is looked at */
  isHere: boolean;
  onPress: () => void;
}

function Crumb({ segment: { name, prefix }, isHere, onPress }: CrumbProps) {
  const { head, tail, folder } = nameParts(name);
  return (
    <li className="browse-crumb">
      {prefix !== '' && <Icon of={ChevronRight} size={14} />}
      <AriaButton
        className="browse-crumb-button"
        aria-label={name}
        onPress={onPress}
        {...(isHere ? { 'aria-current': 'location' as const, 'data-here': true } : {})}
      >
        <span className="name-head">{folder + head}</span>
        <span className="name-tail">{tail}</span>
      </AriaButton>
    </li>
  );
}
