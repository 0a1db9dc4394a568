import { ChevronRight, OctagonAlert } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { Icon } from '../../components/index.ts';

export interface SectionProps {
  title: string;
  /** how it is set now, for whoever does not open it */
  summary: string;
  /** something in it is wrong */
  wrong: boolean;
  isOpen: boolean;
  onToggle: () => void;
  children: ReactNode;
}

/** One group of a long form: folded away it says how it is set. */
export function Section({ title, summary, wrong, isOpen, onToggle, children }: SectionProps) {
  const id = useId();
  return (
    <section className="card form-section" data-open={isOpen || undefined}>
      <h2>
        <Button className="section-button" aria-expanded={isOpen} aria-controls={id} onPress={onToggle}>
          <span className="section-mark" data-wrong={wrong || undefined}>
            <Icon of={wrong ? OctagonAlert : ChevronRight} />
          </span>
          <span className="section-title">{title}</span>
          {!isOpen && (
            <span className="section-summary" data-wrong={wrong || undefined}>
              {summary}
            </span>
          )}
        </Button>
      </h2>
      <div id={id} className="section-body" hidden={!isOpen}>
        {isOpen && children}
      </div>
    </section>
  );
}
