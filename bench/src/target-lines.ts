/** A document's targets in words. */
import type { Compared, TargetsResult } from './targets.ts';
import { columns, one, processorLines, whole } from './words.ts';

export function targetLines({ rate, whole: all, without, orders, processors, compared }: TargetsResult): string[] {
  const asked = [all, ...(without ? [without] : [])].flatMap(({ placed, read }) => [placed, read]);
  const failed = asked.reduce((sum, each) => sum + each.failed, 0);
  const requests = asked.reduce((sum, each) => sum + each.answered, failed);
  const { placed, unfinished } = orders;
  return [
    '',
    ...columns([['targets of the document', 'wanted', 'measured', ''], ...compared.map(row)]).map((line) => line.trimEnd()),
    '',
    `over HTTP: ${whole(rate)} orders a second, ${whole(requests)} requests measured, ${whole(failed)} failed`,
    `orders over HTTP: ${whole(placed)} placed, ${without === null ? '' : `${whole(without.waited)} had to wait, `}${whole(unfinished)} left unfinished`,
    ...processorLines(processors),
  ];
}

function row({ target, wanted, measured, met }: Compared): string[] {
  const limit = 'least' in wanted ? `≥ ${whole(wanted.least)}` : `≤ ${whole(wanted.most)}`;
  const figure = measured !== null && (Number.isInteger(measured) || measured >= 1_000) ? whole(measured) : one(measured);
  return [target, limit, figure, met ? 'met' : 'not met'];
}
