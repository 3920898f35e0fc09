/** The secret of an installation: what its passwords are derived from. */
import { EnsembleError } from '@ensemble/errors';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Env } from './config.ts';

/** Every process that is given the same works out the same passwords, and none is written down anywhere. Errors: CONFIG_INVALID. */
export function secretOf(variable: string, databaseUrl: string, env: Env): string {
  const secret = env['ENSEMBLE_SECRET'] || new URL(databaseUrl).password;
  if (secret) return secret;
  const why = `${variable} holds no password to derive those of the services' roles from: set ENSEMBLE_SECRET`;
  throw new EnsembleError('CONFIG_INVALID', why);
}

export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Made the first time. */
export function keptSecret(path: string): string {
  if (!existsSync(path)) writeFileSync(path, newSecret(), { mode: 0o600, flag: 'wx' });
  return readFileSync(path, 'utf8');
}
