/** A sample of the failure matrix on a real Kafka: what goes wrong at each flow's pivot, all of it at once, and the same lines of the page. */
import { silentLog, type Transport } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { brokerTransport, complete, flows, participants } from '@ensemble/server';
import { testServers } from '@ensemble/testkit/servers';
import { deepEqual } from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { cameOf, scripted } from './cell.ts';
import type { Course } from './course.ts';
import { byOrder, type Driver } from './driver.ts';
import { failures } from './failures.ts';
import { liveGround } from './ground.ts';
import { held } from './held.ts';
import { type Cell, cellsOf } from './matrix.ts';
import { lineOf } from './page.ts';
import { rest } from './rest.ts';
import { refusalOf, type Site, sitesOf } from './site.ts';
import { openWorld, type World } from './world.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'failures.md'), 'utf8').split('\n');

/** How often a message is said again depends on how long things take. */
const withoutTimes = (line: string): string => line.replace(/(; )?(`[^`]+` ×\d+(, )?)+/g, '');

/** Those in which nobody waits for more than seconds, and no process is killed. */
const sampled = new Set(['refuses', 'throws once', 'late', 'twice', 'cancelled']);

/** The pivot; where nobody coordinates, the last that can refuse. */
const pivotOf = (flow: Flow): Site | undefined =>
  sitesOf(flow).findLast(({ kind, operation }) => kind === 'pivot' || (kind === 'forward' && refusalOf(operation) !== undefined));

/** Where nobody asks again a late answer is half a minute late, and whether a cancel is in time is chance. */
const isSampled = ({ site, failure, senseless }: Cell): boolean =>
  senseless === null && sampled.has(failure.name) && (site.answered || (failure.name !== 'late' && failure.name !== 'cancelled'));

const cells = flows.flatMap((flow) => {
  const pivot = pivotOf(flow);
  return pivot ? cellsOf(pivot).filter(isSampled) : [];
});

describe('at the pivot of every flow, over Kafka', () => {
  const courses = new Map<Cell, { readonly orderId: string; readonly course: Course }>();
  let transport: Transport;
  let world: World;

  before(async () => {
    const installation = `sample_${randomBytes(6).toString('hex')}`;
    transport = await brokerTransport([testServers().kafkaBrokers], complete({ installation }), silentLog);
    const drivers = new Map<string, Driver>();
    for (const cell of cells) {
      const { course, driver } = await scripted(cell.site, cell.failure, participants, () => false);
      const orderId = randomUUID();
      drivers.set(orderId, driver);
      courses.set(cell, { orderId, course });
    }
    const ground = liveGround(transport);
    world = await openWorld({ participants, flows, driver: byOrder(drivers), ground, customers: [...drivers.keys()] });
    // Each its own customer: what one spends, another cannot miss.
    for (const [{ site }, { orderId, course }] of courses) await world.place(site.flow, orderId, { ...course.order, customerId: orderId });
    await rest(world, { desk: true, within: 60_000, quiet: 3_000 });
  });

  after(async () => {
    await world.stop();
    await transport.close();
  });

  for (const cell of cells)
    test(`${cell.site.flow.name}: ${cell.site.operation.name} ${cell.failure.name}`, async () => {
      const { orderId } = courses.get(cell) as { orderId: string };
      const outcome = { ...(await cameOf(world, cell.site.flow, orderId)), before: null };
      const line = withoutTimes(lineOf(cell.site, cell.failure, outcome));
      const heading = page.indexOf(`### ${cell.site.flow.name}: ${cell.site.operation.name}`);
      const there = page.slice(heading).find((each) => each.startsWith(`| ${cell.failure.name} |`));
      deepEqual(line, withoutTimes(there ?? ''));
    });

  test('afterwards everything holds', async () => deepEqual(await held(world), []));
  test('every failure that is sampled is one', () => deepEqual(sampled.difference(new Set(failures.map(({ name }) => name))), new Set()));
});
