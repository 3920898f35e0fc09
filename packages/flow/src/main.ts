export * from './message.ts';
export * from './model.ts';
export * from './operation.ts';
export * from './vocabulary.ts';
