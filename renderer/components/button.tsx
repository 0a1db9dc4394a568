import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  Tooltip,
  TooltipTrigger,
  type ButtonProps as AriaButtonProps,
} from 'react-aria-components';
import { Icon } from './icon.tsx';
import { Spinner } from './spinner.tsx';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

interface Common extends Omit<AriaButtonProps, 'children' | 'className' | 'style'> {
  variant?: Look;
  size?: 'normal' | 'small';
}

export interface ButtonProps extends Common {
  icon?: LucideIcon;
  children: ReactNode;
}

/** `isPending` shows a spinner and takes no second press. */
export function Button({ variant = 'secondary', size = 'normal', icon, children, ...rest }: ButtonProps) {
  const mark = rest.isPending === true ? <Spinner /> : icon === undefined ? null : <Icon of={icon} />;
  return (
    <AriaButton {...rest} className="button" data-variant={variant} data-size={size}>
      {mark}
      {children}
    </AriaButton>
  );
}

export interface IconButtonProps extends Common {
  icon: LucideIcon;
  /** its name for a screen reader, and its tooltip */
  label: string;
}

export function IconButton({ variant = 'quiet', size = 'normal', icon, label, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton {...rest} aria-label={label} className="button icon-button" data-variant={variant} data-size={size}>
        <Icon of={icon} />
      </AriaButton>
      <Tooltip className="tooltip">{label}</Tooltip>
    </TooltipTrigger>
  );
}
