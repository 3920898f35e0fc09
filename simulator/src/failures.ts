/** What can go wrong with an operation, as scripts. */
import { type Call, decides, type Deed, type Driver, type Fate, goes, type Spoken, type Verdict } from './driver.ts';
import { refusalOf, type Site } from './site.ts';

/** Where it says nothing, things go their way. */
export type Script = Partial<Driver>;

export interface Failure {
  readonly name: string;
  /** For the page. */
  readonly words: string;
  /** Why it makes no sense for an operation; null: it does. */
  readonly senseless: (site: Site) => string | null;
  /** `isMended`: whether it is over. */
  readonly script: (site: Site, isMended: () => boolean) => Script;
  /** Of those who are asked outside; the order is paid by card. */
  readonly outside?: boolean;
  /** A person mends it, once nothing goes on by itself; else it stays as it is. */
  readonly mended: boolean;
}

const always = (): null => null;
const throws: Verdict = { kind: 'throws' };

export const refuses = ({ operation }: Site): string | null => (refusalOf(operation) === undefined ? 'it cannot refuse' : null);

const isUnheard = ({ says, heard }: Site): string | null =>
  says.length === 0 ? 'it says nothing' : heard ? null : 'only histories hear it, and nobody waits for them';

/** At the first saying of what asks for it or, where nothing does, of what it says. */
function once({ asks, says }: Site, deed: (orderId: string) => Deed): Script {
  const moments = asks.length > 0 ? asks : says;
  let met = false;
  return {
    meets({ key, about }) {
      if (met || !moments.includes(key)) return [];
      met = true;
      return [deed(about)];
    },
  };
}

const answers = (site: Site, fate: (spoken: Spoken) => Fate): Script => ({
  fate: (spoken) => (site.says.includes(spoken.key) && spoken.by === site.operation.participant ? fate(spoken) : goes),
});

const fails = (site: Site, isNow: (call: Call) => boolean): Script => ({
  verdict: (call) => (call.operation === site.operation.name && isNow(call) ? throws : decides),
});

/** Milliseconds: longer than any step waits before it asks again. */
const longer = 30_000;

export const failures: readonly Failure[] = [
  {
    name: 'refuses',
    words: 'it refuses',
    senseless: refuses,
    script: () => ({}),
    mended: false,
  },
  {
    name: 'throws once',
    words: 'it throws, the first time',
    senseless: always,
    script: (site) => {
      let calls = 0;
      return fails(site, () => (calls += 1) === 1);
    },
    mended: false,
  },
  {
    name: 'throws always',
    words: 'it throws, until it is mended and its dead letters are tried again',
    senseless: always,
    script: (site, isMended) => fails(site, () => !isMended()),
    mended: true,
  },
  {
    name: 'late',
    words: 'its answer is late: it was asked again meanwhile',
    senseless: isUnheard,
    script: (site) => {
      let isAskedAgain = false;
      return {
        meets({ key, before }) {
          if (before > 0 && site.asks.includes(key)) isAskedAgain = true;
          return [];
        },
        ...answers(site, () =>
          isAskedAgain || !site.answered ? goes : { kind: 'held', until: ({ key, before }) => before > 0 && site.asks.includes(key) },
        ),
        ...(site.answered ? {} : answers(site, ({ before }) => (before === 0 ? { kind: 'late', by: longer } : goes))),
      };
    },
    mended: false,
  },
  {
    name: 'too late',
    words: 'its answer comes when nobody waits for it any more',
    senseless: isUnheard,
    script: (site, isMended) => answers(site, () => (isMended() ? goes : { kind: 'held', until: () => false })),
    mended: true,
  },
  {
    name: 'twice',
    words: 'what asks for it comes twice, and so does its answer',
    senseless: always,
    script: ({ asks, says }) => ({ fate: ({ key }) => (asks.includes(key) || says.includes(key) ? { kind: 'twice' } : goes) }),
    mended: false,
  },
  {
    name: 'overtaken',
    words: 'what asks for it is overtaken by its undo',
    senseless: ({ undone, kind }) => (undone.length === 0 || kind === 'begins' ? 'nothing overtakes it' : null),
    script({ asks, undone: words }) {
      let isUndone = false;
      const undone = ({ key }: Spoken): boolean => words.includes(key);
      return {
        meets(spoken) {
          if (undone(spoken)) isUndone = true;
          return [];
        },
        fate: ({ key }) => (asks.includes(key) && !isUndone ? { kind: 'held', until: undone } : goes),
      };
    },
    mended: false,
  },
  {
    name: 'never',
    words: 'its answer never comes, however often it is asked',
    senseless: (site) => (site.kind === 'unasked' ? 'nobody asks, and no log loses what it says' : isUnheard(site)),
    script: (site) => answers(site, () => ({ kind: 'lost' })),
    mended: false,
  },
  {
    name: 'down',
    words: 'its service is killed as it is asked, and back after two seconds',
    senseless: always,
    script: (site) => once(site, () => ({ kind: 'kill', service: site.operation.participant, back: 2_000 })),
    mended: false,
  },
  {
    name: 'down for long',
    words: 'its service is killed as it is asked, and back when nothing goes on without it',
    senseless: always,
    script: (site) => once(site, () => ({ kind: 'kill', service: site.operation.participant, back: 'at rest' })),
    mended: true,
  },
  {
    name: 'cancelled',
    words: 'the customer cancels as it is asked',
    senseless: ({ flow }) => (flow.cancel ? null : 'orders of this flow cannot be cancelled'),
    script: (site) => once(site, (orderId) => ({ kind: 'cancel', orderId })),
    mended: false,
  },
];
