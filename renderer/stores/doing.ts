import { create } from 'zustand';
import type { DeletionSurvey } from '../../shared/deletions.ts';
import type { BrowsePlace, ChosenRows, Named } from './browse.ts';

/** What something is done with: by its names, or all that a list shows. */
export type Selection = Named & Pick<ChosenRows, 'connectionId'> & Partial<Pick<ChosenRows, 'listing'>>;

/** One object, or one folder with the slash at the end of its prefix. */
export interface OneRow {
  connectionId: number;
  key: string;
}

export interface Version {
  key: string;
  versionId: string;
}

/** What is asked for in a dialog. */
export type Asked =
  | { what: 'copy' | 'move'; selection: Selection }
  | { what: 'remove'; selection: Selection }
  | { what: 'remove-old-versions'; named: Named & { connectionId: number } }
  | { what: 'remove-versions'; connectionId: number; versions: readonly Version[] }
  | { what: 'remove-surveyed'; survey: DeletionSurvey }
  | { what: 'rename'; one: OneRow }
  | { what: 'new-folder'; place: BrowsePlace }
  | { what: 'deletions' }
  | { what: 'deleted'; place: BrowsePlace };

/** The dialog in which something is done with objects; null: none is open. */
export const useDoing = create<{ asked: Asked | null }>()(() => ({ asked: null }));

export function ask(asked: Asked): void {
  useDoing.setState({ asked });
}

export function closeDialog(): void {
  useDoing.setState({ asked: null });
}
