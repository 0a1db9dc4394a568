/** Tells what is going on: with a spinner on a terminal, as plain lines elsewhere. */
import { intro, log, outro, spinner } from '@clack/prompts';

export interface Narrator {
  begin(text: string): void;
  /** one line, or several */
  say(text: string): void;
  /** Something that takes a while. `update` may be called often. */
  step(text: string): { update(text: string): void; done(text: string): void };
  end(text: string): void;
}

export function createNarrator(stream: NodeJS.WriteStream = process.stdout): Narrator {
  return stream.isTTY ? terminalNarrator() : plainNarrator((text) => stream.write(`${text}\n`));
}

function terminalNarrator(): Narrator {
  return {
    begin: (text) => intro(text),
    say: (text) => log.message(text),
    step(text) {
      const turning = spinner();
      turning.start(text);
      return { update: (now) => turning.message(now), done: (now) => turning.stop(now) };
    },
    end: (text) => outro(text),
  };
}

/** Says only when something begins and ends. */
export function plainNarrator(write: (text: string) => void): Narrator {
  return {
    begin: write,
    say: write,
    step(text) {
      write(`${text} ...`);
      return { update: () => undefined, done: write };
    },
    end: write,
  };
}
