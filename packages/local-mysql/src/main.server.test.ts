import { equal, match } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startMysql } from './main.ts';

test('a server that ends without being asked to is told of, and one that is stopped is not', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'local-mysql-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const lines: string[] = [];
  const first = await startMysql({ dir, log: (line) => lines.push(line) });
  await first.stop();
  equal(lines.length, 0);
  const second = await startMysql({ dir, log: (line) => lines.push(line) });
  process.kill(second.pid, 'SIGKILL');
  await t.waitFor(() => equal(lines.length, 1), { timeout: 10_000 });
  match(lines.join(), /^MariaDB ended without being asked to \(SIGKILL\): [^]*ready for connections/);
});
