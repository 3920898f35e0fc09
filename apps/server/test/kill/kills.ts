/** Kills the whole program again and again under load, starts it again at once, and looks whether every promise was kept. */
import { processesOf } from '@ensemble/testkit/processes';
import { setTimeout as wait } from 'node:timers/promises';
import { type Chance, chance } from '../../src/chance.ts';
import { type Customers, customers } from './customers.ts';
import { type Counted, countOrders, inspect, openAccounts, untilEnded } from './databases.ts';
import { type Program, programOf } from './program.ts';
import { findings } from './promises.ts';
import { aimAtServer, databaseOf, type OwnServers, ownServers, removeServers } from './servers.ts';
import { until } from '../until.ts';

export interface KillSetting {
  readonly broker: 'postgres' | 'kafka';
  /** How often the program is killed. */
  readonly kills: number;
  /** What the n-th kill (1, 2, …) hits: the program, its embedded server (PostgreSQL, or Kafka where that moves the messages), or both. */
  readonly hits: (kill: number) => Victim;
  readonly seed: number;
  readonly kafkaCache: string;
  readonly say: (line: string) => void;
  /** Leaves the data directory where it is, for a look at it, when something does not hold. */
  readonly keep?: boolean;
}

export type Victim = 'program' | 'program and server' | 'server';

export interface Kill {
  readonly number: number;
  readonly what: Victim | 'program while it starts';
  /** Orders that customers had asked for and that had not ended. */
  readonly inFlight: number;
  /** Of them those that were accepted already. */
  readonly accepted: number;
  /** Milliseconds from the next start to /ready (for a server: from its end); null where that start was killed as well. */
  readonly restart: number | null;
}

export interface KillReport {
  readonly kills: readonly Kill[];
  readonly orders: { readonly placed: number; readonly answered: number; readonly accepted: number; readonly ended: number };
  readonly repeats: number;
  readonly lostAnswers: number;
  /** Everything that does not hold. */
  readonly findings: readonly string[];
  /** Seconds from the last answer until every order had ended. */
  readonly drained: number;
  readonly exitCode: number | null;
  /** Lines on stderr of all its lives. */
  readonly complaints: readonly string[];
}

const installation = 'ensemble';
/** One kill in so many comes before the program is ready again. */
const oneInStarts = 6;
const startDeadline = 60;
const endDeadline = 60;
const auditDeadline = 30;

interface Scene {
  readonly setting: KillSetting;
  readonly servers: OwnServers;
  readonly program: Program;
  readonly crowd: Customers;
  readonly chance: Chance;
}

export async function runKills(setting: KillSetting): Promise<KillReport> {
  const servers = ownServers(setting.broker, setting.kafkaCache);
  const program = programOf({
    flags: ['--broker', setting.broker, '--data', servers.dataDir, '--partitions', '3'],
    env: { ENSEMBLE_KAFKA_CACHE: setting.kafkaCache },
  });
  let [keep, stopped] = [false, false];
  let crowd: Customers | undefined;
  try {
    const first = await program.start();
    setting.say(`ready after ${seconds(first)} s, seed ${setting.seed}, data in a directory of its own, broker ${setting.broker}`);
    await inspect(databaseOf(servers), installation, openAccounts);
    crowd = customers(() => program.url(), chance(setting.seed + 1));
    const scene = { setting, servers, program, crowd, chance: chance(setting.seed) };
    const kills = await killing(scene);
    const report = await ending(scene, kills);
    keep = setting.keep === true && report.findings.length > 0;
    stopped = processesOf(servers.dataDir).length === 0;
    return report;
  } finally {
    crowd?.leave();
    await program.kill();
    if (keep) setting.say(`its data is left in ${servers.dataDir}`);
    else await removeServers(servers, stopped);
  }
}

async function killing(scene: Scene): Promise<readonly Kill[]> {
  const { setting, servers, program, crowd, chance } = scene;
  const kills: Kill[] = [];
  let starting = false;
  while (kills.length < setting.kills) {
    const number = kills.length + 1;
    const victim: Victim = starting ? 'program' : setting.hits(number);
    const what: Kill['what'] = starting ? 'program while it starts' : victim;
    const killServer = victim === 'program' ? () => undefined : await aimAtServer(servers);
    if (!starting) await momentUnderLoad(scene);
    if (victim !== 'server') await program.kill();
    killServer();
    const placed = crowd.orders.length;
    const next = number < setting.kills && setting.hits(number + 1) === 'program';
    starting = victim === 'program' && next && chance.between(1, oneInStarts) === 1;
    const again = victim === 'server' ? readyAgain(program) : starting ? startBriefly(scene) : program.start();
    const [{ accepted, ended }, restart] = await Promise.all([countWhenThere(servers), again]);
    const kill: Kill = { number, what, inFlight: placed - ended, accepted: accepted - ended, restart };
    kills.push(kill);
    setting.say(lineOf(kill, accepted));
  }
  return kills;
}

/** Somewhere in the middle of a burst, and of what others have ordered before. */
async function momentUnderLoad({ chance, crowd }: Scene): Promise<void> {
  await wait(chance.between(200, 900));
  crowd.burst();
  await wait(chance.between(2, 40));
}

/** A start that will not be finished. */
async function startBriefly({ program, chance }: Scene): Promise<null> {
  const start = program.start().catch(() => null); // it is killed on its way
  await Promise.race([start, wait(chance.between(50, 1_500))]);
  return null;
}

/** The program notices that its server is gone, and starts it again by itself. */
async function readyAgain({ readiness }: Program): Promise<number> {
  const began = performance.now();
  const status = async (): Promise<string> => (await readiness().catch(() => ({ status: 'no answer' }))).status;
  await until(async () => (await status()) !== 'ready', status, startDeadline);
  await until(async () => (await status()) === 'ready', status, startDeadline);
  return performance.now() - began;
}

/** The database server may be on its way back. */
async function countWhenThere(servers: OwnServers): Promise<Counted> {
  let counted: Counted | undefined;
  const count = async (): Promise<boolean> => {
    counted = await countOrders(databaseOf(servers), installation).catch(() => undefined);
    return counted !== undefined;
  };
  await until(count, () => 'the orders cannot be counted', startDeadline);
  return counted as Counted;
}

async function ending({ setting, servers, program, crowd }: Scene, kills: readonly Kill[]): Promise<KillReport> {
  await crowd.stop();
  const began = performance.now();
  const server = databaseOf(servers);
  const { accepted, ended } = await untilEnded(server, installation, { seconds: endDeadline });
  const drained = (performance.now() - began) / 1_000;
  const found = await inspect(server, installation, (stores) => findings(stores, crowd.orders, auditDeadline));
  const orders = { placed: crowd.orders.length, answered: crowd.answered(), accepted, ended };
  setting.say(`${ended} orders have ended; the program is stopped in order`);
  const exitCode = await program.stop();
  const left = processesOf(servers.dataDir).map(({ command }) => `still there after the stop: ${command}`);
  const { repeats, lostAnswers, surprises } = crowd;
  const all = [...surprises, ...found, ...left];
  return { kills, orders, repeats, lostAnswers, findings: all, drained, exitCode, complaints: program.complaints };
}

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(2);

const lineOf = ({ number, what, inFlight, accepted, restart }: Kill, taken: number): string =>
  `kill ${String(number).padStart(2)} ${what.padEnd(23)} ${String(taken).padStart(6)} orders accepted, ${String(inFlight).padStart(3)} in flight` +
  ` (${accepted} of them accepted), ${restart === null ? 'killed again before it was ready' : `ready again after ${seconds(restart)} s`}`;
