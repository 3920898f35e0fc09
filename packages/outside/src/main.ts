export { type Answer, Answer as AnswerSchema, keyed, Notice } from './answer.ts';
export { portTo } from './port-to.ts';
export { type Remote, remoteAt } from './remote.ts';
export { isSigned, signatureHeader, signed } from './signature.ts';
