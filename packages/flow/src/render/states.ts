/** What an order is on its way through a flow, as a Mermaid state diagram drawn from the paths. */
import type { Flow } from '../model.ts';
import { paths } from '../paths.ts';
import type { OrderStatus } from '../status.ts';
import { wordOf } from './names.ts';

interface Change {
  readonly from: OrderStatus;
  readonly to: OrderStatus;
}

export function renderStates(flow: Flow): string {
  const changes = new Map<string, Change & { readonly by: Set<string> }>();
  for (const { messages } of paths(flow)) {
    let from: OrderStatus = 'ACCEPTED';
    let rank = -1;
    for (const key of messages) {
      const place = flow.places.get(key);
      if (!place || place.rank < rank) continue;
      rank = place.rank;
      if (place.status === from) continue;
      const change = changes.get(`${from} ${place.status}`) ?? { from, to: place.status, by: new Set() };
      change.by.add(key);
      changes.set(`${from} ${place.status}`, change);
      from = place.status;
    }
  }
  const word = (status: OrderStatus) => wordOf(flow, status).replaceAll(/\W/g, '_');
  const backwards = [...changes.values()].some(({ to }) => to === 'CANCELLING');
  return [
    'stateDiagram-v2',
    `  [*] --> ${word('ACCEPTED')}`,
    ...[...changes.values()].map(({ from, to, by }) => `  ${word(from)} --> ${word(to)}: ${[...by].join(', ')}`),
    ...(backwards
      ? [
          `  ${word('CANCELLING')} --> ${word('FAILED')}: an undo was given up`,
          `  ${word('FAILED')} --> ${word('CANCELLING')}: a person goes on`,
        ]
      : []),
    `  ${word('COMPLETED')} --> [*]`,
    `  ${word('CANCELLED')} --> [*]`,
    '',
  ].join('\n');
}
