/** What the servers have in common that we start on this machine. */
export { freePorts } from './ports.ts';
export { isGone, isHalted, isProcess, type Process, processes, signalProcess } from './processes.ts';
export { endsWithUs, type Ending } from './ends-with-us.ts';
