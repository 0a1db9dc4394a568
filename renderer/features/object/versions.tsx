import { Download, Ellipsis, Eye, ExternalLink, Link, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { formatBytes } from '../../../shared/format.ts';
import type { ObjectDetails, ObjectVersion } from '../../../shared/objects.ts';
import { objects } from '../../../shared/strings/objects.ts';
import { attempt } from '../../app/attempt.ts';
import { ConfirmRemoval } from '../../app/confirm-removal.tsx';
import { Badge, Button, IconButton, MenuButton, notify, type MenuItems } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { removeVersions } from '../doing/actions.ts';
import { dayTime, exactTime } from '../history/words.ts';
import { Section, untoldWords } from './facts.tsx';
import { greyedBy, type RefusalOf } from '../../stores/refusal.ts';
import { shownNameOf } from './words.ts';

const words = objects.versions;

/** rows at first, and with each "more" */
const step = 10;
/** seconds: what a link to a version is valid for; the dialog of links has other times */
const lifetime = 3600;

interface VersionsProps {
  details: ObjectDetails;
  /** whose details are shown; null: what is there now */
  shown: string | null;
  refusalOf: RefusalOf;
  onShow: (versionId: string | null) => void;
  onRestored: () => void;
}

/** What the object was before, the newest first. */
export function Versions({ details, shown, refusalOf, onShow, onRestored }: VersionsProps) {
  const [most, setMost] = useState(step);
  const [asked, setAsked] = useState<ObjectVersion | null>(null);
  const { versions } = details;
  if (!versions.known) {
    return (
      <Section title={words.title}>
        <p className="muted">{untoldWords(versions.reason)}</p>
      </Section>
    );
  }
  const all = versions.value;
  const kept = all.length > 1 || all.some(({ versionId }) => versionId !== 'null');
  const left = all.length - most;
  return (
    <Section title={words.title}>
      {!kept && <p className="muted">{words.none}</p>}
      {kept && (
        <ul className="object-versions">
          {all.slice(0, most).map((one) => (
            <Version
              key={one.versionId}
              details={details}
              version={one}
              isShown={shown === null ? one.isLatest : one.versionId === shown}
              refusalOf={refusalOf}
              onShow={onShow}
              onRestore={() => setAsked(one)}
            />
          ))}
        </ul>
      )}
      {kept && left > 0 && (
        <Button size="small" onPress={() => setMost(most + step)}>
          {words.more(Math.min(step, left))}
        </Button>
      )}
      {left <= 0 && details.moreVersions && <p className="muted">{words.newestOnly(all.length)}</p>}
      {asked !== null && (
        <AskToRestore details={details} version={asked} onRestored={onRestored} onClose={() => setAsked(null)} />
      )}
    </Section>
  );
}

interface VersionProps {
  details: ObjectDetails;
  version: ObjectVersion;
  isShown: boolean;
  refusalOf: RefusalOf;
  onShow: (versionId: string | null) => void;
  onRestore: () => void;
}

function Version({ details, version, isShown, refusalOf, onShow, onRestore }: VersionProps) {
  const { versionId, isLatest, isDeleteMarker, size, modified } = version;
  const of = { connectionId: details.connectionId, key: details.key, versionId };
  const show = () => onShow(isLatest ? null : versionId);
  const unread = greyedBy(refusalOf('read'));
  // What is so already needs no reason: a badge says that it is.
  const already = { isDisabled: true };
  const items: MenuItems = [
    { id: 'show', label: words.show, icon: Eye, ...(isShown ? already : unread), onAction: show },
    {
      ...{ id: 'open', label: words.open, icon: ExternalLink, ...unread },
      onAction: () => void attempt(() => call('previews.outside', of)),
    },
    { id: 'link', label: words.link, icon: Link, ...unread, onAction: () => copyLink(of) },
    { id: 'save', label: words.save, icon: Download, ...unread, onAction: () => save(of) },
    null,
    {
      ...{ id: 'restore', label: words.restore, icon: RotateCcw },
      ...(isLatest ? already : greyedBy(refusalOf('write') ?? refusalOf('read'))),
      onAction: onRestore,
    },
    null,
    {
      ...{ id: 'remove', label: words.remove, icon: Trash2, tone: 'danger' },
      ...greyedBy(refusalOf('delete-version')),
      onAction: () => removeVersions(details.connectionId, [{ key: details.key, versionId }]),
    },
  ];
  return (
    <li data-shown={isShown ? true : undefined}>
      <span className="object-version">
        <span>{exactTime(modified)}</span>
        <span className="muted small">{isDeleteMarker ? words.deleted : formatBytes(size)}</span>
        {isLatest && <Badge tone="accent">{words.current}</Badge>}
        {isShown && !isLatest && <Badge>{words.shown}</Badge>}
      </span>
      {!isDeleteMarker && (
        <MenuButton label={words.actions(exactTime(modified))} items={items}>
          <IconButton size="small" icon={Ellipsis} label={words.actions(exactTime(modified))} />
        </MenuButton>
      )}
    </li>
  );
}

interface VersionOf {
  connectionId: number;
  key: string;
  versionId: string;
}

function copyLink(of: VersionOf): void {
  void attempt(async () => {
    const { expiresAt } = await call('links.read', { ...of, lifetime, downloadAs: null });
    notify('info', words.linkCopied(dayTime(expiresAt)));
  });
}

function save(of: VersionOf): void {
  void attempt(async () => {
    const begun = await call('objects.saveVersion', of);
    if (begun !== null) notify('info', words.saving(shownNameOf(of.key)));
  });
}

interface AskProps {
  details: ObjectDetails;
  version: ObjectVersion;
  onRestored: () => void;
  onClose: () => void;
}

function AskToRestore({ details, version, onRestored, onClose }: AskProps) {
  const { connectionId, key } = details;
  const name = shownNameOf(key);
  return (
    <ConfirmRemoval
      words={{
        title: words.restoreTitle(name),
        text: words.restoreText(exactTime(version.modified)),
        confirm: words.restoreConfirm,
        cancel: objects.edit.cancel,
      }}
      remove={() => call('objects.restore', { connectionId, key, versionId: version.versionId })}
      onRemoved={() => {
        notify('info', words.restored(name));
        onClose();
        onRestored();
      }}
      onClose={onClose}
    />
  );
}
