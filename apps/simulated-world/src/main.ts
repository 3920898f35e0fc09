export { inProcess } from './in-process.ts';
export { type Served, type Serving, serveWorld } from './serve.ts';
export { type Behaviour, behaviours, type Done, type Part, simulatedWorld, type World } from './world.ts';
