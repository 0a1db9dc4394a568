/** What a person sees of a command that runs on a terminal: its output as a terminal of that width shows it. */
import type { StartOptions } from './sideline.ts';

export interface Screen {
  /** What was there after each thing that was drawn at once. */
  frames: string[][];
  /** of what was drawn at once: lines that the terminal had to break */
  broken: string[];
  /** what is there at the end, what has scrolled away included */
  end: string[];
  cursorShown: boolean;
}

/** For `startSideline`: a terminal of so many columns, by util-linux' `script`, which gives the command's own exit code. */
export function onTerminal(columns: number): StartOptions {
  const inside = `stty cols ${columns} rows 24; exec $(printf '%q ' "$@")`;
  return { before: ['bash', '-c', `exec script -qefc "${inside}" /dev/null`, 'bash'] };
}

/** Throws on a control sequence that it does not know: it would not know what is on the screen from there on. */
export function screenOf(output: string, columns: number): Screen {
  const lines: string[] = [''];
  const screen: Screen = { frames: [], broken: [], end: lines, cursorShown: true };
  let [row, column, drawing] = [0, 0, false];

  const at = () => lines[row] ?? '';
  const go = (by: number) => {
    row = Math.max(0, row + by);
    while (lines.length <= row) lines.push('');
  };
  const put = (character: string) => {
    if (column === columns) {
      if (drawing) screen.broken.push(at());
      go(1);
      column = 0;
    }
    lines[row] = at().slice(0, column).padEnd(column) + character + at().slice(column + 1);
    column += 1;
  };
  const erase = (how: string) => {
    if (how === 'K') lines[row] = at().slice(0, column);
    else if (how === '2K') lines[row] = '';
    else if (how === 'J') lines.splice(row, Infinity, at().slice(0, column));
    else throw new Error(`It erases by ${how}`);
  };
  const mode = (what: string) => {
    if (what === '?2026h') drawing = true;
    else if (what === '?2026l') {
      drawing = false;
      screen.frames.push([...lines]);
    } else if (what === '?25h' || what === '?25l') screen.cursorShown = what === '?25h';
    else throw new Error(`It sets ${what}`);
  };
  const control = (parameters: string, what: string) => {
    const count = Number(parameters || 1);
    if (what === 'A') go(-count);
    else if (what === 'B') go(count);
    else if (what === 'G') column = count - 1;
    else if (what === 'K' || what === 'J') erase(parameters.replace(/^0$/, '') + what);
    else if (what === 'h' || what === 'l') mode(parameters + what);
    else if (what !== 'm') throw new Error(`It says ${parameters}${what}`);
  };

  // eslint-disable-next-line no-control-regex -- it is them that this reads
  for (const [sign, parameters, what] of output.matchAll(/\u001b\[([?\d;]*)([A-Za-z])|[^]/gu)) {
    if (parameters !== undefined && what !== undefined) control(parameters, what);
    else if (sign === '\r') column = 0;
    else if (sign === '\n') go(1);
    else if (/\p{Cc}/u.test(sign)) throw new Error(`It writes ${JSON.stringify(sign)}`);
    else put(sign);
  }
  return screen;
}
