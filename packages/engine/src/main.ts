export * from './participant.ts';
export * from './store.ts';
export * from './transport.ts';
