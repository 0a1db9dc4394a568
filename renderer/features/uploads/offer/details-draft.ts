/** What a person says of an upload, as it is typed. Pure. */
import type { CallInput } from '../../../../shared/ipc.ts';

/** As they are typed: the tags in one line. */
export interface DetailsDraft {
  title: string;
  description: string;
  event: string;
  session: string;
  person: string;
  tags: string;
}

export const noDetails: DetailsDraft = { title: '', description: '', event: '', session: '', person: '', tags: '' };

const mostTags = 20;
const longestTag = 60;

export function detailsOf({ tags, ...rest }: DetailsDraft): CallInput<'offers.start'>['details'] {
  const each = tags.split(',').map((tag) => tag.trim().slice(0, longestTag).trim());
  return { ...rest, tags: [...new Set(each.filter((tag) => tag !== ''))].slice(0, mostTags) };
}
