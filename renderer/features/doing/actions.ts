/**
 * What can be done with objects and folders, from wherever they are seen: each opens the dialog that asks what is left to ask. The
 * dialogs are in the frame (renderer/app/app.tsx), so that they stay whatever view is looked at.
 */
import type { DeletionSurvey } from '../../../shared/deletions.ts';
import { attempt } from '../../app/attempt.ts';
import { call } from '../../ipc.ts';
import { ask, type Selection, type Version } from '../../stores/doing.ts';
import { chosenOf } from './chosen.ts';

export { allowedOf, type Action } from './allowed.ts';
export type { Selection } from '../../stores/doing.ts';

/** The system's dialog asks where to. Files that are there already stay. */
export function download(selection: Selection): void {
  void attempt(() => call('downloads.start', { chosen: chosenOf(selection), overwrite: false }));
}

export function copyTo(selection: Selection): void {
  ask({ what: 'copy', selection });
}

export function moveTo(selection: Selection): void {
  ask({ what: 'move', selection });
}

/** One object or one folder; nothing happens with more. */
export function rename({ connectionId, keys, prefixes }: Selection): void {
  const [key, ...others] = [...keys, ...prefixes];
  if (key !== undefined && others.length === 0) ask({ what: 'rename', one: { connectionId, key } });
}

export function newFolder(connectionId: number, prefix: string): void {
  ask({ what: 'new-folder', place: { connectionId, prefix } });
}

export function remove(selection: Selection): void {
  ask({ what: 'remove', selection });
}

/** For good: what was replaced or deleted before, of what is named; what is current stays. */
export function removeOldVersions({ connectionId, keys, prefixes }: Selection): void {
  if (keys.length + prefixes.length > 0) ask({ what: 'remove-old-versions', named: { connectionId, keys, prefixes } });
}

/** For good: just these. */
export function removeVersions(connectionId: number, versions: readonly Version[]): void {
  ask({ what: 'remove-versions', connectionId, versions });
}

/** What main has begun to look at by itself (`orphans.surveyUnknown`). */
export function removeSurveyed(survey: DeletionSurvey): void {
  ask({ what: 'remove-surveyed', survey });
}

/** What of a folder is deleted and still kept, whoever deleted it. */
export function showDeleted(connectionId: number, prefix: string): void {
  ask({ what: 'deleted', place: { connectionId, prefix } });
}

/** What was deleted, here and in the terminal, and how it is brought back. */
export function showDeletions(): void {
  ask({ what: 'deletions' });
}
