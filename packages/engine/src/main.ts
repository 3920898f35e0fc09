export * from './store.ts';
export * from './transport.ts';
