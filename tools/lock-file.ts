import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, sourceFiles } from './tree.ts';

interface Entry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
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

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/** Folders of the repository's own packages that the lock file does not know, or knows with other dependencies: npm ci refuses it. */
export function behind({ packages }: LockFile, manifests: ReadonlyMap<string, Entry>): readonly string[] {
  const needs = (entry: Entry | undefined): string =>
    kinds
      .flatMap((kind) =>
        Object.entries(entry?.[kind] ?? {})
          .map(([name, version]) => `${kind} ${name} ${version}`)
          .toSorted(),
      )
      .join();
  return [...manifests]
    .filter(([folder, manifest]) => needs(packages[folder]) !== needs(manifest) || !packages[folder])
    .map(([folder]) => folder);
}

/** package.json by folder; the repository's own has the folder ''. */
export function readManifests(): ReadonlyMap<string, Entry> {
  const paths = sourceFiles().filter((path) => path === 'package.json' || /^(?:\w+\/)?[\w-]+\/package\.json$/.test(path));
  return new Map(paths.map((path) => [dirname(path).replace(/^\.$/, ''), JSON.parse(readFileSync(join(root, path), 'utf8')) as Entry]));
}

const file = join(root, 'package-lock.json');

export function readLockFile(): LockFile {
  return JSON.parse(readFileSync(file, 'utf8')) as LockFile;
}

if (import.meta.main) writeFileSync(file, `${JSON.stringify(completed(readLockFile()), null, 2)}\n`);
