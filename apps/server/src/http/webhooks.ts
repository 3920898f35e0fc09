/** POST /webhooks/<writer>: what the payment provider and the carrier write of their own accord, each signed with its own secret. */
import { EnsembleError, isError } from '@ensemble/errors';
import { isSigned, Notice, signatureHeader } from '@ensemble/outside';
import type { FastifyInstance } from 'fastify';
import { Check } from 'typebox/schema';
import { isWriter, take } from '../outside.ts';
import type { Hall } from './here.ts';

interface Written {
  readonly Params: { readonly writer: string };
  /** As it came: what is signed is every byte of it. */
  readonly Body: string | undefined;
}

export function webhooks(app: FastifyInstance, { here }: Hall): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    scope.post<Written>('/webhooks/:writer', async ({ params: { writer }, body = '', headers }, reply) => {
      const { system, outsideSecrets, log } = here();
      if (!isWriter(writer)) throw new EnsembleError('ROUTE_UNKNOWN', 'Nobody writes to this address.');
      const secret = outsideSecrets[writer];
      if (secret === null || !isSigned(secret, body, headers[signatureHeader]))
        throw new EnsembleError('NOTICE_UNSIGNED', `It is not signed as ${signatureHeader}: sha256=… of the body.`);
      const notice = noticeOf(body);
      await take(system, writer, notice).catch((error: unknown) => {
        const { key, status } = notice;
        if (isError(error, 'NOTICE_UNFIT')) log.warn({ writer, key, status }, 'a notice that was signed means nothing here');
        throw error;
      });
      return reply.code(204).send();
    });
  });
}

/** Errors: REQUEST_MALFORMED, REQUEST_INVALID. */
function noticeOf(body: string): Notice {
  let notice: unknown;
  try {
    notice = JSON.parse(body);
  } catch (cause) {
    throw new EnsembleError('REQUEST_MALFORMED', 'The body is not JSON.', {}, cause);
  }
  if (Check(Notice, notice)) return notice;
  throw new EnsembleError('REQUEST_INVALID', 'The notice has no key, or no status that it can have.');
}
