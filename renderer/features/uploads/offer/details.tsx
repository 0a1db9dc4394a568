import { useState } from 'react';
import { ChevronRight } from 'lucide-react';
import { Button, Disclosure, DisclosurePanel } from 'react-aria-components';
import { uploads } from '../../../../shared/strings/uploads.ts';
import { Icon, TextArea, TextField } from '../../../components/index.ts';
import type { DetailsDraft } from './details-draft.ts';

const words = uploads.offer.details;

/** characters, as the contract has them */
const longest: Record<keyof DetailsDraft, number> = {
  ...{ title: 200, description: 2000, event: 200, session: 200, person: 200, tags: 1200 },
};
interface DetailsProps {
  details: DetailsDraft;
  onChange: (details: DetailsDraft) => void;
}

/** What a person says of the upload: folded away until somebody wants to. */
export function Details({ details, onChange }: DetailsProps) {
  const [isOpen, setOpen] = useState(false);
  const field = (name: keyof DetailsDraft, description?: string) => (
    <TextField
      key={name}
      label={words.labels[name]}
      value={details[name]}
      onChange={(text) => onChange({ ...details, [name]: text })}
      maxLength={longest[name]}
      {...(description === undefined ? {} : { description })}
    />
  );
  const said = [details.title, details.event, details.session, details.person, details.tags].filter(
    (text) => text.trim() !== '',
  );
  return (
    <Disclosure className="offer-fold" isExpanded={isOpen} onExpandedChange={setOpen}>
      <Button slot="trigger" className="offer-fold-button">
        <Icon of={ChevronRight} />
        <strong>{words.title}</strong>
        {!isOpen && <span className="muted truncate">{said.length === 0 ? words.none : said.join(', ')}</span>}
      </Button>
      <DisclosurePanel>
        {isOpen && (
          <div className="offer-details">
            {field('title')}
            {field('event')}
            {field('session')}
            {field('person')}
            {field('tags', words.tagsHint)}
            <TextArea
              label={words.labels.description}
              value={details.description}
              onChange={(description) => onChange({ ...details, description })}
              maxLength={longest.description}
            />
            <p className="field-description">{words.hint}</p>
          </div>
        )}
      </DisclosurePanel>
    </Disclosure>
  );
}
