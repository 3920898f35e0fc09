import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tree.ts';

interface Entry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export interface LockFile {
  readonly packages: Readonly<Record<string, Entry>>;
  readonly [field: string]: unknown;
}

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** What a package of one platform says in its name: `@swc/core-linux-x64-musl`. */
function platformOf(name: string): Entry {
  const words = name.split(/[/-]/);
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  const libc =
    os === 'linux' ? words.flatMap((word) => (word.startsWith('musl') ? ['musl'] : word.startsWith('gnu') ? ['glibc'] : [])) : [];
  return { ...(cpu && { cpu: [cpu] }), ...(libc.length > 0 && { libc }), ...(os && { os: [os] }) };
}

/**
 * The optional packages that others ask for and the lock file does not have. `npm install` leaves out those that its registry
 * cannot give it, and then `npm ci` refuses the whole file.
 */
export function absentFrom({ packages }: LockFile): readonly (readonly [name: string, version: string])[] {
  const present = Object.keys(packages);
  return Object.values(packages)
    .flatMap((entry) => Object.entries(entry.optionalDependencies ?? {}))
    .filter(([name]) => !present.some((path) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`)));
}

/** The same lock file with an entry for each of those: enough for npm to see that this machine has no use for it. */
export function completed(lock: LockFile): LockFile {
  const added = absentFrom(lock).map(([name, version]) => [
    `node_modules/${name}`,
    { version, ...platformOf(name), dev: true, optional: true },
  ]);
  const entries = [...Object.entries(lock.packages), ...(added as [string, Entry][])];
  return { ...lock, packages: Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

const file = join(root, 'package-lock.json');

export function readLockFile(): LockFile {
  return JSON.parse(readFileSync(file, 'utf8')) as LockFile;
}

if (import.meta.main) writeFileSync(file, `${JSON.stringify(completed(readLockFile()), null, 2)}\n`);
