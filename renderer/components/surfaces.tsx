import { CircleCheck, Info, OctagonAlert, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

export interface PageProps {
  title: string;
  /** buttons at the right of the title */
  actions?: ReactNode;
  children: ReactNode;
}

/** What every view is drawn in: a head that stays and a body that scrolls. */
export function Page({ title, actions, children }: PageProps) {
  return (
    <div className="page">
      <header className="page-head">
        <h1>{title}</h1>
        {actions}
      </header>
      <div className="page-body">{children}</div>
    </div>
  );
}

export interface CardProps {
  title?: string;
  actions?: ReactNode;
  children: ReactNode;
}

export function Card({ title, actions, children }: CardProps) {
  return (
    <section className="card" {...(title === undefined ? {} : { 'aria-label': title })}>
      <div className="card-body">
        {title !== undefined && (
          <div className="card-head">
            <h2>{title}</h2>
            {actions}
          </div>
        )}
        {children}
      </div>
    </section>
  );
}

const noteIcons = { info: Info, success: CircleCheck, warning: TriangleAlert, danger: OctagonAlert };
export type NoteTone = keyof typeof noteIcons;

export interface NoteProps {
  tone?: NoteTone;
  children: ReactNode;
  /** buttons that help */
  actions?: ReactNode;
  /** 'alert' where it appears because of what the person just did */
  role?: 'alert' | 'status';
}

/** A sentence that matters, in the page. */
export function Note({ tone = 'info', children, actions, role }: NoteProps) {
  return (
    <div className="note" data-tone={tone} {...(role === undefined ? {} : { role })}>
      <Icon of={noteIcons[tone]} />
      <div>
        <div>{children}</div>
        {actions !== undefined && <div className="note-actions">{actions}</div>}
      </div>
    </div>
  );
}

export interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  /** one sentence: what to do */
  children: ReactNode;
  actions?: ReactNode;
}

export function EmptyState({ icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className="empty">
      <div className="empty-icon">
        <Icon of={icon} size={32} />
      </div>
      <h2>{title}</h2>
      <div className="muted">{children}</div>
      {actions !== undefined && <div className="empty-actions">{actions}</div>}
    </div>
  );
}

export interface BadgeProps {
  tone?: 'neutral' | 'accent' | 'warning' | 'danger';
  icon?: LucideIcon;
  children: ReactNode;
}

export function Badge({ tone = 'neutral', icon, children }: BadgeProps) {
  return (
    <span className="badge" data-tone={tone}>
      {icon !== undefined && <Icon of={icon} size={12} />}
      {children}
    </span>
  );
}
