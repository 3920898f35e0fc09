/** What Linux says of processes, as text: https://man7.org/linux/man-pages/man5/proc.5.html */

/** Of /proc/PID/stat. Times in seconds. */
export interface ProcessTimes {
  readonly parent: number;
  /** Its own. */
  readonly cpu: number;
  /** That of its children that have ended and were waited for. */
  readonly children: number;
}

/** USER_HZ: what the kernel counts in towards programs, on every machine that Node runs on. */
const ticks = 100;

/** The name, in the second field, may hold spaces and brackets: the fields are counted from its end. */
export function processTimes(stat: string): ProcessTimes {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3] ?? 0);
  return { parent: field(4), cpu: (field(14) + field(15)) / ticks, children: (field(16) + field(17)) / ticks };
}

/** Of /proc/PID/status: bytes in memory; 0 if it does not say. */
export const residentBytes = (status: string): number => Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024;

/** Of the first line of /proc/stat: seconds of all processors together. */
export interface MachineTimes {
  readonly busy: number;
  /** What the machine below took for others. */
  readonly stolen: number;
  readonly all: number;
}

export function machineTimes(stat: string): MachineTimes {
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, softirq = 0, steal = 0] = (stat.split('\n')[0] ?? '')
    .trim()
    .split(/\s+/)
    .slice(1)
    .map((field) => Number(field) / ticks);
  const busy = user + nice + system + irq + softirq;
  return { busy, stolen: steal, all: busy + idle + waiting + steal };
}
