/** HEIC, which no library here decodes: it goes up as it is, under the right name, and what is not made of it is said. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { expect, inject, it } from 'vitest';
import { destinationRulesSchema } from '../../shared/destination.ts';
import { createTestBucket } from '../servers/bucket.ts';
import { realHeic } from '../servers/real-heic.ts';
import { newFolder } from '../servers/tree.ts';
import { startWorkbench } from '../servers/workbench.ts';

const ceph = inject('ceph');

it.skipIf(ceph === null)('a real HEIC goes up as it is, and says so', { timeout: 30_000 }, async () => {
  if (ceph === null) return;
  const bucket = await createTestBucket(ceph);
  const folder = await newFolder();
  const bench = startWorkbench(path.join(folder, 'data'), bucket.env());
  try {
    const source = path.join(folder, 'IMG_0001.HEIC');
    await writeFile(source, realHeic);
    const image = { format: 'jpeg', width: 32 };
    const rules = destinationRulesSchema.parse({
      name: 'Photos',
      keyTemplate: '{taken:yyyy-MM-dd}/{name}',
      image,
      derived: [{ name: 'thumbnail', keyTemplate: 'small/{name}', image }],
    });
    const connectionId = bench.connection.id;
    const { id: destinationId } = bench.journal.addDestination(connectionId, rules);
    const engine = await bench.engine();
    const targets = [{ destinationId, connectionId, rules, sorting: [] }];
    await engine.start([await engine.addBatch({ connectionId, prefix: '', roots: [source], targets })]);
    expect(await bench.rest()).toMatchObject({ done: { files: 1 }, skipped: { files: 1 }, failed: { files: 0 } });

    const [file, small] = bench.journal.transfers({ limit: 10 });
    expect(await bucket.keys()).toEqual(['2026-05-31/IMG_0001.HEIC']);
    const { Body, ContentType } = await bucket.s3.send(
      new GetObjectCommand({ Bucket: bucket.name, Key: '2026-05-31/IMG_0001.HEIC' }),
    );
    expect(ContentType).toBe('image/heic');
    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(realHeic);
    expect(bench.journal.output(file?.id ?? 0)?.inspected).toMatchObject({ type: 'image/heic', width: 64, height: 48 });
    expect(bench.journal.receipt(file?.id ?? 0)?.changes).toEqual(['as-is: undecodable']);
    expect(small?.reason?.message).toMatch(/cannot decode images of this kind\. The file itself goes up\.$/);
  } finally {
    await bench.close();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  }
});
