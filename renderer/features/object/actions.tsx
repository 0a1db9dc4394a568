import { Download, ExternalLink, Link, Pencil } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { ObjectDetails } from '../../../shared/objects.ts';
import { objects } from '../../../shared/strings/objects.ts';
import { attempt } from '../../app/attempt.ts';
import { Button } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { download } from '../doing/actions.ts';
import { openLinks } from './links.tsx';
import type { RefusalOf } from '../../stores/refusal.ts';
import type { ObjectAt } from './use-object.ts';

const words = objects.panel;

interface ActionsProps {
  at: ObjectAt;
  canOpen: boolean;
  /** null: not known yet */
  details: ObjectDetails | null;
  refusalOf: RefusalOf;
  onEdit: (details: ObjectDetails) => void;
}

/** What can be done with it; what may not be done says why. */
export function Actions({ at, canOpen, details, refusalOf, onEdit }: ActionsProps): ReactNode {
  const { connectionId, key, versionId } = at;
  const [opening, setOpening] = useState(false);
  const open = async () => {
    setOpening(true);
    await attempt(() => call('previews.outside', at));
    setOpening(false);
  };
  const unread = refusalOf('read');
  const unwritten = refusalOf('write') ?? refusalOf('read');
  const reasons = [...new Set([unread, unwritten].filter((one) => one !== null))];
  return (
    <div>
      <div className="object-actions">
        {canOpen && (
          <Button size="small" icon={ExternalLink} variant="primary" isPending={opening} onPress={() => void open()}>
            {words.open}
          </Button>
        )}
        <Button size="small" icon={Download} isDisabled={unread !== null} onPress={() => fetchIt(at)}>
          {words.download}
        </Button>
        <Button
          size="small"
          icon={Link}
          onPress={() => openLinks(connectionId, key, key.slice(0, key.lastIndexOf('/') + 1))}
        >
          {words.links}
        </Button>
        {versionId === null && (
          <Button
            size="small"
            icon={Pencil}
            isDisabled={details === null || unwritten !== null}
            onPress={() => {
              if (details !== null) onEdit(details);
            }}
          >
            {words.edit}
          </Button>
        )}
      </div>
      {reasons.map((reason) => (
        <p key={reason} className="muted small object-reason">
          {reason}
        </p>
      ))}
    </div>
  );
}

function fetchIt({ connectionId, key, versionId }: ObjectAt): void {
  if (versionId === null) download({ connectionId, keys: [key], prefixes: [] });
  else void attempt(() => call('objects.saveVersion', { connectionId, key, versionId }));
}
