import type { LucideIcon } from 'lucide-react';

/** Icons, once in the page under these ids: the cells of a list, which are plain elements, refer to them. */
export function IconSprite({ icons }: { icons: Readonly<Record<string, LucideIcon>> }) {
  return (
    <svg className="visually-hidden" aria-hidden>
      {Object.entries(icons).map(([id, Mark]) => (
        <symbol key={id} id={id} viewBox="0 0 24 24">
          <Mark size={24} strokeWidth={1.9} />
        </symbol>
      ))}
    </svg>
  );
}
