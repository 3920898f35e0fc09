/** The other processes of this installation: who may ask us, whom we ask, and what is wrong where they cannot be asked. */
import type { Log } from '@ensemble/engine';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Trouble, trouble } from '../trouble.ts';

/** Where a process answers for the services that run in it. */
export const servicePath = (service: string): string => `/services/${service}`;

const header = 'x-ensemble-key';

export interface Neighbours {
  /** What a request to another process shows. */
  readonly shown: Readonly<Record<string, string>>;
  /** Whether who asks knows the secret of this installation. */
  knows(headers: Readonly<Record<string, string | readonly string[] | undefined>>): boolean;
  /** Where a service cannot be asked: for the log, and never for those who ask us. */
  trouble(service: string): Trouble;
}

/** @param secret the installation's; null: nobody else has it, and nobody may ask */
export function neighbours(secret: string | null, log: Log): Neighbours {
  const key = secret === null ? null : createHmac('sha256', secret).update('services').digest('base64url');
  const troubles = new Map<string, Trouble>();
  return {
    shown: key === null ? {} : { [header]: key },
    knows({ [header]: given }) {
      if (key === null || typeof given !== 'string') return false;
      const [a, b] = [Buffer.from(key), Buffer.from(given)];
      return a.length === b.length && timingSafeEqual(a, b);
    },
    trouble(service) {
      const met = troubles.get(service) ?? trouble(log, { service }, 'it cannot be asked');
      troubles.set(service, met);
      return met;
    },
  };
}
