/** /api/flows: what happens to an order, in what order, as data and as drawings. */
import { EnsembleError } from '@ensemble/errors';
import { type Flow, paths, renderSequence, renderStates, renderTable } from '@ensemble/flow';
import type { FastifyInstance } from 'fastify';
import type { Hall } from './here.ts';
import { carriedBy } from './placing.ts';

const brief = (flow: Flow) => {
  const { name, about, version, coordinator, begins, messages, words } = flow;
  return {
    name,
    about,
    version,
    coordinator,
    begins: begins.name,
    carries: carriedBy(flow),
    messages: messages.size,
    words,
    links: { self: `/api/flows/${name}` },
  };
};

export function flows(app: FastifyInstance, { here }: Hall): void {
  app.get('/api/flows', async () => {
    const { system, config } = here();
    return { usual: config.flow, flows: system.flows.map(brief) };
  });

  app.get<{ Params: { name: string } }>('/api/flows/:name', async ({ params: { name } }) => {
    const { system } = here();
    const flow = system.flows.find((one) => one.name === name);
    if (!flow) {
      const names = system.flows.map((one) => one.name);
      throw new EnsembleError('FLOW_NOT_FOUND', `There is no flow ${name}; there is ${names.join(', ')}.`, { flows: names });
    }
    const drawn = paths(flow).map((path) => ({ ...path, mermaid: renderSequence(flow, path) }));
    return { ...brief(flow), text: renderTable(flow), states: renderStates(flow), paths: drawn };
  });
}
