/** RFC 4180 to the letter, apart from the code that writes it: what a strict reader makes of a file. */

/** Rows of cells. Throws where a quote stands in an unquoted cell, a line ends with anything but CRLF, or rows differ in length. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const row: string[] = [];
    for (;;) {
      const cell = text[at] === '"' ? quoted(text, at) : plain(text, at);
      row.push(cell.value);
      at = cell.end;
      if (text[at] !== ',') break;
      at += 1;
    }
    if (text.slice(at, at + 2) !== '\r\n')
      throw new Error(`a line ends with ${JSON.stringify(text.slice(at, at + 2))}`);
    at += 2;
    rows.push(row);
    if (row.length !== rows[0]?.length) throw new Error(`${row.length} cells in row ${rows.length}`);
  }
  return rows;
}

/** By the names in the first row. */
export function recordsOf(text: string): Record<string, string>[] {
  const [names = [], ...rows] = parseCsv(text);
  return rows.map((row) => Object.fromEntries(row.map((cell, at) => [names[at] ?? '', cell])));
}

interface Cell {
  value: string;
  end: number;
}

function plain(text: string, start: number): Cell {
  const value = /^[^,\r\n]*/.exec(text.slice(start, start + 100_000))?.[0] ?? '';
  if (value.includes('"')) throw new Error(`a quote in ${value}`);
  return { value, end: start + value.length };
}

function quoted(text: string, start: number): Cell {
  let value = '';
  for (let at = start + 1; ;) {
    const end = text.indexOf('"', at);
    if (end === -1) throw new Error('a quote is not closed');
    value += text.slice(at, end);
    if (text[end + 1] !== '"') return { value, end: end + 1 };
    value += '"';
    at = end + 2;
  }
}
