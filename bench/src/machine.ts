/** The machine it runs on, in words that explain a figure. */
import { statfsSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

export interface Machine {
  readonly cores: number;
  readonly model: string;
  /** Bytes. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
}

export const machine = (): Machine => ({
  cores: availableParallelism(),
  model: cpus()[0]?.model.trim() ?? 'unknown',
  memory: totalmem(),
  system: `${type()} ${release()}`,
  node: process.versions.node,
});

const tmpfs = 0x01021994; // https://man7.org/linux/man-pages/man2/statfs.2.html

/** A folder in memory: what is written to disk there costs nothing, and no figure of a database means anything. */
export const isInMemory = (directory: string): boolean => process.platform === 'linux' && statfsSync(directory).type === tmpfs;
