import type { LucideIcon } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { Button as AriaButton, Tooltip, TooltipTrigger } from 'react-aria-components';
import { Icon } from '../../components/index.ts';

interface GreyedButtonProps {
  icon: LucideIcon;
  children: ReactNode;
  /** why it may not be done; null: it may */
  refusal: string | null;
  size?: 'small' | 'normal';
  onPress: () => void;
}

/** A button that, where it may not be pressed, keeps the focus and says why: on hover, on focus, and to a screen reader. */
export function GreyedButton({ icon, children, refusal, size = 'small', onPress }: GreyedButtonProps) {
  const hint = useId();
  const isGrey = refusal !== null;
  return (
    <TooltipTrigger delay={300} isDisabled={!isGrey}>
      <AriaButton
        className="button"
        data-variant="secondary"
        data-size={size}
        {...(isGrey ? { 'aria-disabled': true, 'aria-describedby': hint } : {})}
        onPress={() => {
          if (!isGrey) onPress();
        }}
      >
        <Icon of={icon} />
        {children}
        {isGrey && (
          <span id={hint} hidden>
            {refusal}
          </span>
        )}
      </AriaButton>
      <Tooltip className="tooltip">{refusal}</Tooltip>
    </TooltipTrigger>
  );
}
