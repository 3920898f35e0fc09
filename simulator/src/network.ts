/** The way from the services to the log, on which the driver may lose, double, delay or hold a message. */
import type { Clock, Envelope, Outgoing, Transport } from '@ensemble/engine';
import type { Deed, Driver, Spoken } from './driver.ts';

export interface Logged extends Spoken {
  readonly message: Outgoing;
  /** When the log took it. */
  readonly at: number;
}

export interface Network {
  /** A process's transport, by way of this network. */
  through(transport: Transport): Transport;
  /** All that the log took, in its order. */
  readonly logged: readonly Logged[];
  readonly lost: readonly Spoken[];
  /** Lets go what is still held; tells how much. */
  release(): Promise<number>;
}

export interface NetworkSetting {
  readonly driver: Driver;
  readonly clock: Clock;
  /** What puts late messages into the log: no process that can die. */
  readonly wire: Transport;
  readonly happens: (deed: Deed) => void;
}

interface Held {
  readonly spoken: Spoken;
  readonly message: Outgoing;
  readonly until: (said: Spoken) => boolean;
}

export function network({ driver, clock, wire, happens }: NetworkSetting): Network {
  const logged: Logged[] = [];
  const lost: Spoken[] = [];
  const said = new Map<string, number>();
  let held: Held[] = [];

  /** Puts them into the log, and with them whatever waited for one of them. */
  async function log(messages: readonly (readonly [Spoken, Outgoing])[], by: Transport): Promise<void> {
    if (messages.length === 0) return;
    await by.publish(messages.map(([, message]) => message));
    for (const [spoken, message] of messages) logged.push({ ...spoken, message, at: clock.now() });
    await letGo(({ until }) => messages.some(([spoken]) => until(spoken)));
  }

  async function letGo(which: (one: Held) => boolean): Promise<number> {
    const going = held.filter(which);
    held = held.filter((one) => !going.includes(one));
    await log(
      going.map(({ spoken, message }) => [spoken, message] as const),
      wire,
    );
    return going.length;
  }

  /** What is left to send after the driver has had its way with it. */
  function meet(message: Outgoing): readonly (readonly [Spoken, Outgoing])[] {
    const spoken = spokenOf(message, said);
    for (const deed of driver.meets(spoken)) happens(deed);
    const fate = driver.fate(spoken);
    const one = [[spoken, message]] as const;
    if (fate.kind === 'goes') return one;
    if (fate.kind === 'twice') return [...one, ...one];
    if (fate.kind === 'lost') lost.push(spoken);
    else if (fate.kind === 'held') held.push({ spoken, message, until: fate.until });
    else clock.after(fate.by, () => void log(one, wire));
    return [];
  }

  return {
    logged,
    lost,
    through: (transport) => ({
      ...transport,
      publish: (messages) => log(messages.flatMap(meet), transport),
    }),
    release: () => letGo(() => true),
  };
}

function spokenOf({ value }: Outgoing, said: Map<string, number>): Spoken {
  const { id, subject, source, flow } = JSON.parse(value) as Pick<Envelope, 'id' | 'subject' | 'source' | 'flow'>;
  const before = said.get(id) ?? 0;
  said.set(id, before + 1);
  return { id, about: subject, flow: flow ?? null, key: id.slice(subject.length + 1), by: source.split('/').at(-1) ?? '', before };
}
