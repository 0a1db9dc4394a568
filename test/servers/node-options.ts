/** What the `sideline` script starts Node with: who measures the command's memory starts it so too. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const manifestSchema = z.object({ scripts: z.object({ sideline: z.string() }) });

export function nodeOptions(): string[] {
  const manifest = path.join(import.meta.dirname, '..', '..', 'package.json');
  const { scripts } = manifestSchema.parse(JSON.parse(readFileSync(manifest, 'utf8')));
  return scripts.sideline.split(' ').filter((word) => word.startsWith('--'));
}
