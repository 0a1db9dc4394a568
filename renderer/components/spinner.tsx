import { LoaderCircle } from 'lucide-react';

/** Turns while something is done; what is done is said beside it. */
export function Spinner({ size = 16 }: { size?: number }) {
  return <LoaderCircle aria-hidden className="icon spinner" size={`${size / 16}rem`} strokeWidth={2} />;
}
