import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absentFrom, completed, readLockFile } from './lock-file.ts';

const lock = {
  lockfileVersion: 3,
  packages: {
    '': { name: 'house' },
    'node_modules/tool': { version: '1.0.0', optionalDependencies: { '@tool/linux-x64-musl': '1.0.0', '@tool/darwin-arm64': '1.0.0' } },
    'node_modules/tool/node_modules/@tool/darwin-arm64': { version: '1.0.0', optional: true },
  },
};

test('what is absent is found, and added with its platform', () => {
  assert.deepEqual(absentFrom(lock), [['@tool/linux-x64-musl', '1.0.0']]);
  assert.deepEqual(completed(lock).packages['node_modules/@tool/linux-x64-musl'], {
    version: '1.0.0',
    cpu: ['x64'],
    libc: ['musl'],
    os: ['linux'],
    dev: true,
    optional: true,
  });
  assert.deepEqual(absentFrom(completed(lock)), []);
});

test('the lock file has every platform, so that npm ci takes it (else: node tools/lock-file.ts)', () => {
  assert.deepEqual(absentFrom(readLockFile()), []);
});
