/** The log: JSON lines for programs, plain ones on a terminal; ids and numbers only, and passwords never. */
import type { Log } from '@ensemble/engine';
import { pino } from 'pino';
import type { LogLevel } from './config.ts';

/** Where a field with such a name turns up by mistake, its value is left out. */
const secrets = ['password', 'url', 'connectionString', 'authorization', 'cookie', 'address', 'email', 'card', 'paymentDetails'];

export function openLog(level: LogLevel, terminal: boolean, out: (line: string) => void): Log {
  const write = terminal ? (line: string) => out(plain(line)) : (line: string) => out(line.trimEnd());
  const redact = { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '[left out]' };
  return pino(
    { level, redact, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    { write },
  );
}

/** `12:34:56 warn  inventory: the broker takes no messages (problem: …)` */
function plain(line: string): string {
  const { level, time, service, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const who = typeof service === 'string' ? `${service}: ` : '';
  return `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${who}${String(msg)}${rest.length === 0 ? '' : ` (${rest.join(', ')})`}`;
}
