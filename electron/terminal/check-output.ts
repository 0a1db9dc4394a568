/** How `check` speaks: findings and changes in words and colours, or as lines of JSON. */
import pc from 'picocolors';
import type { BucketCheck, DiffLine, Finding, MendPreview } from '../../shared/bucket-check.ts';
import { printable } from '../../shared/format.ts';
import { bucketCheck } from '../../shared/strings/bucket-check.ts';
import { terminalCheck as words } from '../../shared/strings/terminal-check.ts';
import { jsonLine } from './json-line.ts';

const colours: Record<Finding['severity'], (text: string) => string> = {
  problem: pc.red,
  advice: pc.yellow,
  unknown: pc.magenta,
  fine: pc.green,
};

export function showCheck(found: BucketCheck, json: boolean): void {
  if (json) {
    process.stdout.write(jsonLine(found));
    return;
  }
  const count = (severity: Finding['severity']) => found.findings.filter((one) => one.severity === severity).length;
  const texts = found.findings.map(findingText);
  process.stdout.write(`${[...texts, words.verdict(count('problem'), count('advice'))].join('\n')}\n`);
}

function findingText({ severity, title, text, destinations, mend }: Finding): string {
  const head = `${colours[severity](bucketCheck.severities[severity])}: ${printable(title)}`;
  const body = severity === 'fine' ? [] : [printable(text)];
  if (destinations.length > 0 && severity !== 'fine') body.push(words.concerns(printable(destinations.join(', '))));
  if (mend !== null) body.push(words.mend(mend.mend));
  return [head, ...body.map((line) => `  ${line}`)].join('\n');
}

export function showPreview(preview: Omit<MendPreview, 'id'>, json: boolean): void {
  const { mend, setting, before, after, lines, warnings, unchanged } = preview;
  if (json) {
    process.stdout.write(jsonLine({ event: 'preview', mend, setting, before, after, warnings, unchanged }));
    return;
  }
  const title = mend === null ? bucketCheck.putBack : bucketCheck.mends[mend.mend];
  const said = [`${pc.bold(title)} (${bucketCheck.settings[setting]})`];
  if (unchanged) said.push(words.already, '');
  else {
    if (before === '') said.push(pc.dim(words.unset));
    said.push(...lines.map(lineText), ...warnings.map((warning) => `${pc.yellow('!')} ${printable(warning)}`));
  }
  process.stdout.write(`${said.join('\n')}\n`);
}

function lineText({ kind, text }: DiffLine): string {
  const line = printable(text);
  return kind === 'same' ? `  ${line}` : kind === 'added' ? pc.green(`+ ${line}`) : pc.red(`- ${line}`);
}
