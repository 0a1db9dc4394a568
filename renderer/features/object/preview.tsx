import { AudioLines, File, FileText, Film, Image, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { formatBytes } from '../../../shared/format.ts';
import type { Preview, PreviewKind } from '../../../shared/previews.ts';
import { objects } from '../../../shared/strings/objects.ts';
import { Button, Icon, Spinner } from '../../components/index.ts';
import type { Asked } from './use-object.ts';
import { shownNameOf } from './words.ts';

const words = objects.preview;

const icons: Record<PreviewKind, LucideIcon> = {
  image: Image,
  video: Film,
  audio: AudioLines,
  pdf: FileText,
  text: FileText,
  none: File,
};

/** How Chromium's viewer shows it: pages in the width of the panel, nothing around them. */
const pdfLook = '#toolbar=0&navpanes=0&view=FitH';

interface ObjectPreviewProps {
  objectKey: string;
  asked: Asked<Preview>;
  onRetry: () => void;
}

/** How the object looks; what cannot be shown is said. */
export function ObjectPreview({ objectKey, asked, onRetry }: ObjectPreviewProps) {
  const { value, isOfNow, refusal } = asked;
  if (!isOfNow) {
    return (
      <div className="object-preview" role="status" aria-label={words.loading}>
        <Spinner size={20} />
      </div>
    );
  }
  if (value === null) {
    return (
      <div className="object-preview" role="alert">
        <p className="object-preview-words">{refusal}</p>
        <Button size="small" onPress={onRetry}>
          {words.retry}
        </Button>
      </div>
    );
  }
  return <Shown key={value.id} preview={value} name={shownNameOf(objectKey)} />;
}

function Shown({ preview, name }: { preview: Preview; name: string }) {
  const [failed, setFailed] = useState(false);
  const { kind, url, text } = preview;
  const fail = () => setFailed(true);
  if (text !== null) return <Text text={text} size={preview.size} name={name} />;
  if (url === null || failed || (kind === 'pdf' && !navigator.pdfViewerEnabled))
    return <Nothing preview={preview} failed={failed} />;
  if (kind === 'pdf') return <iframe className="object-pdf" src={url + pdfLook} title={words.of(name)} />;
  if (kind === 'image') {
    return (
      <div className="object-preview" data-kind="image">
        <img src={url} alt={words.of(name)} draggable={false} onError={fail} />
        {preview.isSmall && <p className="small">{words.small}</p>}
      </div>
    );
  }
  return (
    <div className="object-preview" data-kind={kind}>
      {kind === 'video' ? (
        <video
          src={url}
          controls
          preload="metadata"
          controlsList="nodownload noremoteplayback"
          disablePictureInPicture
          aria-label={words.of(name)}
          onError={fail}
        />
      ) : (
        <>
          <Icon of={icons.audio} size={28} />
          <audio
            src={url}
            controls
            preload="metadata"
            controlsList="nodownload"
            aria-label={words.of(name)}
            onError={fail}
          />
        </>
      )}
    </div>
  );
}

function Text({ text, size, name }: { text: NonNullable<Preview['text']>; size: number; name: string }) {
  return (
    <figure className="object-text">
      {/* It scrolls: the arrow keys have to reach it. */}
      <pre className="selectable" tabIndex={0} role="region" aria-label={words.of(name)}>
        {text.text}
      </pre>
      {!text.isWhole && <figcaption className="muted small">{words.beginning(size)}</figcaption>}
    </figure>
  );
}

function Nothing({ preview, failed }: { preview: Preview; failed: boolean }) {
  return (
    <div className="object-preview" data-kind="none">
      <Icon of={icons[preview.kind]} size={28} />
      <p className="object-preview-words muted">{reasonOf(preview, failed)}</p>
      <p className="muted small">{`${preview.type}, ${formatBytes(preview.size)}`}</p>
    </div>
  );
}

function reasonOf({ kind, why, canOpen }: Preview, failed: boolean): string {
  if (failed) return kind === 'image' ? words.notShown : words.notPlayed;
  if (kind === 'pdf') return words.pdf;
  return why === 'format' && canOpen ? words.openInstead : words.none[why ?? 'format'];
}
