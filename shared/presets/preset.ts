/** What a preset is: a known system's destinations, made of the few answers that only a person can give. */
import type { z } from 'zod';
import { destinationRulesSchema, type DestinationRules, type sortingRuleSchema } from '../destination.ts';
import { SidelineError } from '../errors.ts';
import { presetWords } from '../strings/presets.ts';

/** What a preset cannot know. An answer is text, as a form or a terminal has it. */
export interface Ask {
  /** as in the answers: `user_id` */
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly example: string;
  readonly required: boolean;
  /** What a new form has in it. */
  readonly start: string;
  /** What is wrong with an answer that is not empty, as a sentence; null: nothing. */
  readonly check: (answer: string) => string | null;
}

/** Typed answers, by the name of what was asked. */
export type Answers = Readonly<Record<string, string>>;

export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly asks: readonly Ask[];
  /**
   * The destinations with all defaults filled in; the connection, and so the bucket, is chosen apart. In the order in which
   * they are to be asked whether they take a file of a folder with several kinds: see the `sorting` of each.
   * Throws `invalid-input` naming the first answer that `problemsOf` refuses.
   */
  readonly destinations: (answers: Answers) => DestinationRules[];
}

interface PresetSource<Name extends string> extends Pick<Preset, 'id' | 'name' | 'description'> {
  asks: readonly (Ask & { readonly name: Name })[];
  /** Of answers that were checked and trimmed; '' where an optional one is missing. */
  rules: (answers: Readonly<Record<Name, string>>) => Omit<z.input<typeof destinationRulesSchema>, 'sorting'>[];
  /**
   * Which files of a folder with several kinds go to which destination, by its name: the first whose rules take a file gets
   * it. Empty: a file's content and place do not tell where it belongs.
   */
  sorting: { to: string; rules: z.input<typeof sortingRuleSchema>[] }[];
}

export function definePreset<Name extends string>({ rules, sorting, ...known }: PresetSource<Name>): Preset {
  return {
    ...known,
    destinations: (answers) => {
      const checked = checkedAnswers(known.asks, answers);
      const made = rules(checked).map((of) => ({ ...of, at: sorting.findIndex(({ to }) => to === of.name) }));
      return made
        .toSorted((one, other) => rank(one.at) - rank(other.at))
        .map(({ at, ...of }) => destinationRulesSchema.parse({ ...of, sorting: sorting[at]?.rules ?? [] }));
    },
  };
}

/** What nothing is sorted into comes last. */
function rank(at: number): number {
  return at === -1 ? Infinity : at;
}

/** What is wrong with which answer, as sentences; empty: `destinations` takes them. */
export function problemsOf({ asks }: Pick<Preset, 'asks'>, answers: Answers): Record<string, string> {
  const problems: [name: string, problem: string][] = [];
  for (const ask of asks) {
    const answer = answerTo(ask, answers);
    const problem = answer !== '' ? ask.check(answer) : ask.required ? presetWords.problems.missing : null;
    if (problem !== null) problems.push([ask.name, problem]);
  }
  // A slip in a name would else be an answer that nobody misses.
  for (const name of Object.keys(answers)) {
    if (!asks.some((ask) => ask.name === name)) problems.push([name, presetWords.problems.unknown]);
  }
  return Object.fromEntries(problems);
}

function checkedAnswers<Name extends string>(
  asks: readonly (Ask & { readonly name: Name })[],
  answers: Answers,
): Record<Name, string> {
  const [first] = Object.entries(problemsOf({ asks }, answers));
  if (first !== undefined) throw refused(asks, ...first);
  return Object.fromEntries(asks.map((ask) => [ask.name, answerTo(ask, answers)])) as Record<Name, string>;
}

function refused(asks: readonly Ask[], name: string, problem: string): SidelineError {
  const label = asks.find((ask) => ask.name === name)?.label ?? name;
  return new SidelineError('invalid-input', { subject: presetWords.problems.refused(label, problem) });
}

function answerTo({ name }: Ask, answers: Answers): string {
  return Object.hasOwn(answers, name) ? (answers[name] ?? '').trim() : '';
}
