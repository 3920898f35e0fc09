/** The result in words. */
import type { Machine } from './machine.ts';
import { median, type Result } from './result.ts';
import { loadWords, type Setting } from './setting.ts';
import type { Span } from './tally.ts';
import { targetLines } from './target-lines.ts';
import type { Percentiles } from './times.ts';
import { columns, gigabytes, megabytes, one, part, processorLines, ratioWords, whole } from './words.ts';

export function heading(setting: Setting, { cores, model, memory, system, node }: Machine, { servers }: Pick<Result, 'servers'>): string[] {
  const { flow, transport, load, seconds, warmUp, partitions, declined } = setting;
  const settings = Object.entries(servers.postgresSettings).map(([name, value]) => `${name} ${value}`);
  const kafka = servers.kafka === null ? '' : `, Apache Kafka ${servers.kafka}`;
  return [
    `${flow} on ${transport}: ${loadWords(load)}, ${seconds} s after ${warmUp} s of warming up, ${partitions} partitions, ${declined}% declined`,
    `${cores} × ${model}, ${gigabytes(memory)}, ${system}; Node ${node}, PostgreSQL ${servers.postgres} (${settings.join(', ')})${kafka}`,
  ];
}

const spanWords: Readonly<Record<Span, string>> = {
  taken: 'due → 202',
  ended: '202 → order ended',
  told: '202 → history row',
  whole: 'due → order ended',
};

export function resultLines(result: Result): string[] {
  const { ordersPerSecond, messagesPerSecond, compensated, milliseconds, services } = result;
  const span = ([name, words]: [string, string]): string[] => {
    const { p50, p98, p99, max }: Percentiles = milliseconds[name as Span];
    return [words, one(p50), one(p98), one(p99), one(max)];
  };
  return [
    '',
    `${whole(ordersPerSecond)} orders/s, ${whole(messagesPerSecond)} messages/s, ${part(compensated)} compensated`,
    '',
    ...columns([['milliseconds', 'p50', 'p98', 'p99', 'max'], ...Object.entries(spanWords).map(span)]),
    '',
    ...columns([
      ['batches', 'a second', 'mean size', 'mean ms'],
      ...services.map((each) => [each.service, one(each.batchesPerSecond), one(each.size), each.milliseconds.toFixed(2)]),
    ]),
    '',
    ...cpuLines(result),
    ...orderLines(result),
    ...(result.targets === null ? [] : targetLines(result.targets)),
    ...besideLines(result),
  ];
}

function cpuLines({ cpuPerOrder, processors, memory }: Result): string[] {
  const { node, postgres, java } = cpuPerOrder;
  const shown = Object.entries({ 'Node, with the load generator,': node, PostgreSQL: postgres, Java: java }).flatMap(([name, cpu]) =>
    cpu === null ? [] : [`${name} ${whole(cpu)}`],
  );
  const unseen = processors === null ? '; this system does not tell of other processes' : '';
  return [
    `CPU µs an order: ${shown.join(', ')}${unseen}`,
    ...processorLines(processors),
    `memory: Node ${megabytes(memory.node)}${memory.java === null ? '' : `, Java ${megabytes(memory.java)}`}`,
  ];
}

const mostFindings = 20;

function orderLines({ orders, audit }: Result): string[] {
  const { placed, refused, unfinished, untold } = orders;
  const counts = `orders: ${whole(placed)} placed, ${whole(refused)} not taken, ${whole(unfinished)} left unfinished, ${whole(untold)} without their history`;
  if (audit === null) return [counts];
  const { findings, seconds } = audit;
  if (findings.length === 0) return [counts, `audit: nothing found (${seconds.toFixed(1)} s)`];
  const more = findings.length > mostFindings ? [`  … ${whole(findings.length - mostFindings)} more`] : [];
  return [
    counts,
    `audit: ${whole(findings.length)} findings`,
    ...findings.slice(0, mostFindings).map((finding) => `  ${finding}`),
    ...more,
  ];
}

const besideLines = ({ beside }: Result): string[] =>
  beside === null ? [] : [`beside: ${beside.line}`, ...(beside.ratio === null ? [] : [`ratio: ${ratioWords(beside.ratio)}`])];

/** Of several runs: each, and the one in the middle. */
export function medianLines(results: readonly Result[]): string[] {
  if (results.length < 2) return [];
  const rates = results.map(({ ordersPerSecond }) => ordersPerSecond);
  const ratios = results.flatMap(({ beside }) => beside?.ratio ?? []);
  return [
    '',
    `orders/s: ${rates.map(whole).join(', ')}; median ${whole(median(rates))}`,
    ...(ratios.length === 0 ? [] : [`ratio: ${ratios.map(ratioWords).join(', ')}; median ${ratioWords(median(ratios))}`]),
  ];
}
