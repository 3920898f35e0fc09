import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ErrorCode } from '@ensemble/errors';
import pg from 'pg';
import { storeError } from './failure.ts';

const refusal = (code: string): pg.DatabaseError => Object.assign(new pg.DatabaseError('words', 0, 'error'), { code, severity: 'ERROR' });

it('each class of SQLSTATE is an error of the table, and what is in none is tried again before it counts against anyone', () => {
  const expected: Partial<Record<ErrorCode, readonly string[]>> = {
    STORE_VIOLATION: ['21000', '22003', '22P05', '23502', '23514', '27000', '38000', '39P03', '44000', '54000', '54001', 'P0001'],
    STORE_CONFLICT: ['0A000', '26000', '40001', '40P01', '42P05', '55P03', '57014', '72000', 'XX000', 'XX001', 'ZZ999'],
    STORE_UNAVAILABLE: ['08006', '25006', '25P03', '53100', '53200', '53300', '57P01', '57P03', '58030'],
    STORE_MISMATCH: ['0P000', '28000', '3D000', '3F000', '42501', '42601', '42703', '42804', '42P01'],
  };
  for (const [code, states] of Object.entries(expected) as [ErrorCode, readonly string[]][]) {
    for (const state of states) assert.equal(storeError(refusal(state), 'orders').code, code, state);
  }
});
