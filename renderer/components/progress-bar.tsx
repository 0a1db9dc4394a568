import { ProgressBar as AriaProgressBar } from 'react-aria-components';

export interface ProgressBarProps {
  /** its name for a screen reader */
  label: string;
  /** 0 to 1; null: not known how far */
  value: number | null;
  size?: 'normal' | 'thin';
  /** quiet: it stands still (paused, waiting) */
  tone?: 'accent' | 'quiet';
}

export function ProgressBar({ label, value, size = 'normal', tone = 'accent' }: ProgressBarProps) {
  const share = value === null ? 0 : Math.min(1, Math.max(0, value));
  return (
    <AriaProgressBar
      aria-label={label}
      className="progress"
      value={share}
      maxValue={1}
      formatOptions={{ style: 'percent' }}
      isIndeterminate={value === null}
    >
      <div className="progress-track" data-size={size}>
        {value === null ? (
          <div className="progress-fill" data-indeterminate data-tone={tone} />
        ) : (
          <div className="progress-fill" data-tone={tone} style={{ transform: `scaleX(${share})` }} />
        )}
      </div>
    </AriaProgressBar>
  );
}
