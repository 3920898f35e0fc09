/** How an order must end, by the design's own rules (§4, §5) and without running anything: the table is held against it. */
import type { Flow } from '@ensemble/flow';
import type { Course } from './course.ts';
import type { Failure } from './failures.ts';
import { endsWell, refusalOf, type Site } from './site.ts';
import type { State } from './state.ts';

/** A status, with `!` where it waits for a person. */
type Shown = string;

export interface Expected {
  readonly state: Shown;
  /** The same, before a person mended what went wrong; null: nobody has to. */
  readonly before: Shown | null;
  /** The path whose messages are said, each at least once; null: no drawn path is that one. */
  readonly path: string | null;
}

export const shown = ({ status, flagged }: Pick<State, 'status' | 'flagged'>): Shown => (flagged ? `${status}!` : status);

export function expected(site: Site, failure: Failure, course: Course): Expected {
  const { operation, flow } = site;
  const ends = (state: Shown, path: string | null = null, before: Shown | null = null): Expected => ({ state, before, path });
  const unanswered = flow.plan ? `${operation.name} unanswered` : null;
  switch (failure.name) {
    case 'refuses':
    case 'outside: refuses':
      return ends('CANCELLED', `${operation.name} ${refusalOf(operation)}`);
    // Whatever they do, the word comes in time.
    case 'outside: slow':
    case 'outside: fails once':
    case 'outside: answer lost':
    case 'outside: twice':
    case 'outside: later':
    case 'outside: word first':
    case 'throws once':
    case 'late':
    case 'twice':
    case 'down':
      return ends(usual(site), course.path);
    case 'overtaken':
      return ends('CANCELLED', unanswered);
    case 'never':
      return ends(waiting(site), isGivenUp(site) ? unanswered : null);
    case 'cancelled':
      return ends(cancelledAt(site, course));
    case 'throws always':
      return isGivenUp(site) ? ends('CANCELLED', null, 'CANCELLED') : ends(usual(site), null, deadLetter(site));
    // Nobody knows what became of it: to be given up it has to be undone, and that waits for the word.
    case 'outside: fails always':
    case 'outside: never':
      return ends('CANCELLED', null, 'FAILED!');
    case 'too late':
      return isGivenUp(site) || isOwnersBeginning(site) ? ends('CANCELLED', null, 'CANCELLED') : ends(usual(site), null, waiting(site));
    default:
      return awayForLong(site);
  }
}

/** Asked so often, or waited for so long, that the order is taken back. */
const isGivenUp = ({ kind }: Site): boolean => kind === 'compensatable' || kind === 'pivot' || kind === 'forward';

/** Its record is made, and nobody coordinates: its own clock takes the order back. */
const isOwnersBeginning = ({ kind, flow }: Site): boolean => kind === 'begins' && flow.plan === null;

/** Where it ends when nothing fails there, or only for a while. */
const usual = (site: Site): Shown => (site.kind === 'back' || site.kind === 'unasked' ? 'CANCELLED' : 'COMPLETED');

/** Where it stays while its answer does not come. */
function waiting(site: Site): Shown {
  if (isOwnersBeginning(site)) return 'CANCELLED';
  if (site.kind === 'begins') return 'ACCEPTED';
  if (site.kind === 'unasked') return 'COMPLETED';
  if (isGivenUp(site)) return 'CANCELLED';
  if (site.kind === 'back') return 'FAILED!';
  return site.kind === 'retriable' ? 'RUNNING!' : usual(site);
}

/** Where it stays once what asks for it is a dead letter: on the desk, but where it is owed to nobody. */
const deadLetter = (site: Site): Shown => (site.kind === 'projects' || site.kind === 'unasked' ? waiting(site) : 'FAILED!');

/** Where it stays while its service is not there. */
function awayForLong(site: Site): Expected {
  const { flow, operation, undone } = site;
  const then = (before: Shown, state: Shown): Expected => ({ before, state, path: null });
  if (operation.participant === (flow.coordinator ?? ownerOf(flow))) return then(leftAlone(site), usual(site));
  // Given up and to be undone, by a service that is not there.
  if (isGivenUp(site)) return then(undone.length > 0 ? 'FAILED!' : 'CANCELLED', 'CANCELLED');
  return then(site.says.length > 0 ? waiting(site) : usual(site), usual(site));
}

/** Who begins an order that nobody coordinates holds its clock. */
const ownerOf = ({ rows, begins }: Flow): string | undefined =>
  rows.find(({ on }) => on.kind === 'message' && on.message.key === begins.key)?.reader;

/** Who would ask again is away itself: the order stays where it was. */
function leftAlone(site: Site): Shown {
  const { kind, operation, flow } = site;
  if (kind === 'begins') return 'ACCEPTED';
  if (kind === 'unasked') return 'COMPLETED';
  return kind === 'back' && (flow.plan || operation.kind === 'after') ? 'CANCELLING' : 'RUNNING';
}

/** Before the pivot is asked a cancel takes the order back; then the pivot's answer decides; after it a cancel is too late. */
function cancelledAt(site: Site, { messages }: Course): Shown {
  if (usual(site) === 'CANCELLED') return 'CANCELLED';
  const rank = (key: string): number => site.flow.places.get(key)?.rank ?? Number.POSITIVE_INFINITY;
  const asked = site.asks.filter((key) => messages.includes(key)).map(rank);
  return Math.min(...asked) < Math.min(...dividing(site.flow).map(rank)) ? 'CANCELLED' : 'COMPLETED';
}

/** What asks for the pivot, or for the first step that cannot refuse; where nobody coordinates, for what ends the order well. */
function dividing({ plan, rows }: Flow): readonly string[] {
  if (plan) return [plan.groups.flat().find(({ kind }) => kind !== 'compensatable')?.says ?? ''];
  const ending = rows.filter(({ does }) => endsWell(does));
  return ending.flatMap(({ on }) => (on.kind === 'message' ? [on.message.key] : []));
}
