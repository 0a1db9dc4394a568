/** What may stand after the colon of a placeholder: `{taken:yyyy/MM/dd}`, `{hex:8}`, `{field:team}`. */
import { datePartNames, lettersOf } from './dates.ts';
import { nearest } from './nearest.ts';

export interface ArgumentRule {
  /** `{hex}` alone says nothing; `{counter}` alone does. */
  needed: boolean;
  example: string;
  /** What is wrong with it, as the end of a sentence; null: nothing. */
  refuse: (argument: string) => string | null;
}

/** The names that `fields` of a destination may have. */
export const fieldName = /^[a-z][a-z0-9_]{0,63}$/;

export const pattern: ArgumentRule = { needed: true, example: 'yyyy/MM/dd', refuse: refusedPattern };

export function number(from: number, to: number, example: string, needed: boolean): ArgumentRule {
  const refuse = (argument: string) => {
    const fits = /^[1-9]\d{0,2}$/.test(argument) && Number(argument) >= from && Number(argument) <= to;
    return fits ? null : `must have a whole number from ${from} to ${to} after the colon`;
  };
  return { needed, example, refuse };
}

export const short: ArgumentRule = {
  needed: false,
  example: 'short',
  refuse: (argument) => (argument === 'short' ? null : 'can have only "short" after the colon'),
};

export function fieldArgument(needed: boolean): ArgumentRule {
  const words = 'must name a field after the colon: small letters, digits and underscores, a letter first, at most 64';
  return { needed, example: 'team', refuse: (argument) => (fieldName.test(argument) ? null : words) };
}

function refusedPattern(argument: string): string | null {
  const letters = lettersOf(argument);
  const unknown = letters.find((run) => !datePartNames.includes(run));
  if (unknown !== undefined) {
    return `has "${unknown}", which is no part of a date; did you mean "${nearest(unknown, datePartNames)}"?`;
  }
  if (letters.length === 0) return 'has no part of a date: write yyyy, MM, dd, HH, mm, ss, SSS or SSSSSS';
  // Nobody sorts by minutes without hours; taken for months, files of a year would lie in 60 wrong folders.
  const minuteAsMonth = letters.includes('mm') && !letters.includes('HH') && !letters.includes('MM');
  if (minuteAsMonth && letters.some((run) => /^(?:yy|yyyy|dd)$/.test(run))) {
    return 'has "mm", which is the minute; did you mean "MM", the month?';
  }
  return null;
}
