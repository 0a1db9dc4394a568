import { useAnnouncer } from '../stores/announcer.ts';

/** Read out when its text changes; unseen. */
export function LiveRegion() {
  const { text, turn } = useAnnouncer();
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      <span key={turn}>{text}</span>
    </div>
  );
}
