/**
 * Loaded before a test file (`node --import`): node:test then follows no promises. It follows each, from its making to its end, to
 * know which test a rejection belongs to that nobody handled, which is half the time of a file that lives on promises. So here such a
 * rejection fails its file and not its test (suite.test.ts); what is thrown by timers, sockets and the test itself is the test's as before.
 */
import hooks, { type HookCallbacks } from 'node:async_hooks';

const { createHook } = hooks;
const unfollowed = (callbacks: HookCallbacks): hooks.AsyncHook => {
  const options = { ...callbacks, trackPromises: false };
  return createHook(options);
};

// node:test takes the function when it is loaded; everyone else has the real one.
Object.assign(hooks, { createHook: unfollowed });
process.getBuiltinModule('node:test');
Object.assign(hooks, { createHook });
