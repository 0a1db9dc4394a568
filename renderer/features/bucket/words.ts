/** Plain data of the bucket check as words. Pure. */
import { dayTime, exactTime, shortTime } from '../history/words.ts';

export { exactTime, shortTime };
export const timeOf = dayTime;
