import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absentFrom, behind, completed, readLockFile, readManifests } from './lock-file.ts';

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

test('a package that the lock file does not know, or knows otherwise, is found', () => {
  const known = { lockfileVersion: 3, packages: { a: { dependencies: { tool: '1.0.0' } }, b: {} } };
  const manifests = new Map([
    ['a', { dependencies: { tool: '1.0.0' } }],
    ['b', { devDependencies: { tool: '1.0.0' } }],
    ['c', {}],
  ]);
  assert.deepEqual(behind(known, manifests), ['b', 'c']);
});

test('the lock file knows every package of the repository, so that npm ci takes it (else: npm install, then node tools/lock-file.ts)', () => {
  const manifests = readManifests();
  assert.ok(manifests.has('') && manifests.has('apps/server') && manifests.has('bench'));
  assert.deepEqual(behind(readLockFile(), manifests), []);
});
