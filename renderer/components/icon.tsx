import type { LucideIcon } from 'lucide-react';

interface IconProps {
  of: LucideIcon;
  /** px at 100 % */
  size?: number;
}

/** A mark beside words, or inside a control that has a name: screen readers pass it over. */
export function Icon({ of: Mark, size = 16 }: IconProps) {
  return <Mark aria-hidden className="icon" size={`${size / 16}rem`} strokeWidth={1.9} />;
}
