export { flows, participants } from './catalogue.ts';
export { type Config, configOf, defaults, type Env, type Flags, type LogLevel } from './config.ts';
export { type Io, type Running, startEnsemble } from './start.ts';
export type { System } from './system.ts';
export { runUntilSignal } from './until-signal.ts';
