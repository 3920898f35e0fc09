export type { Done } from './books.ts';
export { inProcess } from './in-process.ts';
export { type Served, type Serving, serveWorld } from './serve.ts';
export { type Behaviour, type Part, parts, simulatedWorld, type World } from './world.ts';
