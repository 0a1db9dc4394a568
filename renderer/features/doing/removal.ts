/** What the dialog of deletions is about: its words, and the call that begins to count. */
import type { DeletionSurvey } from '../../../shared/deletions.ts';
import { printable } from '../../../shared/format.ts';
import { doing } from '../../../shared/strings/doing.ts';
import { call } from '../../ipc.ts';
import type { Asked, Selection } from '../../stores/doing.ts';
import { namedLines, selectionWords } from './words.ts';

const words = doing.remove;

export interface Removal {
  title: string;
  /** what is meant, and how many more there are */
  named: { lines: string[]; more: number };
  /** Begins to count; rejects with what main refuses. */
  begin: () => Promise<DeletionSurvey>;
}

type AskedRemoval = Extract<Asked, { what: 'remove' | 'remove-old-versions' | 'remove-versions' | 'remove-surveyed' }>;

export function removalOf(asked: AskedRemoval): Removal {
  switch (asked.what) {
    case 'remove':
      return {
        title: words.title(selectionWords(asked.selection)),
        named: namedLines(asked.selection),
        begin: () => surveyOf(asked.selection),
      };
    case 'remove-old-versions': {
      const { connectionId, keys, prefixes } = asked.named;
      return {
        title: words.versionsTitle(selectionWords(asked.named)),
        named: namedLines(asked.named),
        begin: () => call('deletions.survey', { connectionId, target: { what: 'old-versions', keys, prefixes } }),
      };
    }
    case 'remove-versions': {
      const { connectionId, versions } = asked;
      const keys = [...new Set(versions.map(({ key }) => printable(key)))];
      return {
        title: words.theseVersionsTitle(versions.length),
        named: { lines: keys.slice(0, 5), more: Math.max(0, keys.length - 5) },
        begin: () => call('deletions.survey', { connectionId, target: { what: 'versions', versions: [...versions] } }),
      };
    }
    case 'remove-surveyed':
      return {
        title: words.title(words.unknown),
        named: { lines: [], more: 0 },
        begin: () => call('deletions.surveyed', { surveyId: asked.survey.id }),
      };
  }
}

function surveyOf({ connectionId, keys, prefixes, listing = null }: Selection): Promise<DeletionSurvey> {
  if (listing !== null) return call('deletions.survey', listing);
  return call('deletions.survey', { connectionId, target: { what: 'objects', keys, prefixes } });
}
