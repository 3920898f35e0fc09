/** A storage folder that a broker can start on. */
import { EnsembleError } from '@ensemble/errors';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exists, type Progress } from './install.ts';
import { publish } from './publish.ts';
import { fileOf, type Identity, nodeId } from './settings.ts';

const run = promisify(execFile);

export interface Formatting {
  readonly dir: string;
  readonly identity: Identity;
  readonly jars: string;
  /** The command. */
  readonly java: string;
  /** Java's options. */
  readonly options: readonly string[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Whose the folder is. It is written last. */
const label = 'meta.properties';
/** What a cluster of this version of Kafka begins with: nothing of it is of one folder. */
const records = 'bootstrap.checkpoint';

export const isFormatted = (dir: string): Promise<boolean> => exists(join(fileOf.storage(dir), label));

/** An empty file has none: a power cut may leave one. */
const hasRecords = (file: string): Promise<boolean> =>
  stat(file).then(
    ({ size }) => size > 0,
    () => false,
  );

/**
 * Kafka's own tool does it the first time. The records that it writes are kept beside the jars, and are all that another folder needs,
 * with a label of its own: a Java less to start for each. Errors: KAFKA_DID_NOT_START.
 */
export async function format(formatting: Formatting): Promise<void> {
  const { dir, jars, progress } = formatting;
  if (await isFormatted(dir)) return;
  const [kept, written] = [join(jars, records), join(fileOf.storage(dir), records)];
  if (await hasRecords(kept)) return formatAlike(kept, formatting);
  await formatByTool(formatting);
  await publish(written, kept).catch((error: unknown) => progress(`The next new Kafka will start no faster: ${String(error)}`));
}

async function formatByTool({ java, options, jars, dir, identity: { clusterId }, signal }: Formatting): Promise<void> {
  // one id in 64 begins with a dash, and would be an option of its own
  const id = `--cluster-id=${clusterId}`;
  const tool = ['-cp', join(jars, '*'), 'kafka.tools.StorageTool', 'format', id, '-c', fileOf.settings(dir)];
  await run(java, [...options, ...tool], { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new EnsembleError('KAFKA_DID_NOT_START', 'The storage could not be formatted.', { dir }, error);
  });
}

async function formatAlike(kept: string, { dir, identity: { clusterId } }: Formatting): Promise<void> {
  const storage = fileOf.storage(dir);
  await mkdir(storage, { recursive: true });
  await publish(kept, join(storage, records));
  const directoryId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
  const unfinished = join(storage, `${label}.unfinished`);
  await writeFile(unfinished, `version=1\ncluster.id=${clusterId}\nnode.id=${nodeId}\ndirectory.id=${directoryId}\n`, { flush: true });
  await rename(unfinished, join(storage, label));
}
