/**
 * The walls of the house: imports point one way, flows → services' operations.ts → packages, and only apps/, simulator/ and bench/
 * put things together. tools/walls.ts runs this file, and tools/walls.test.ts breaks each wall once to see that it is noticed.
 */

const test = '\\.test\\.ts$';
/** What the tests of one package share. */
const testSupport = '(/test-[^/]*\\.ts$|/(fixtures|test)/)';
const composition = '^(apps|simulator|bench)/';
/** Adapters: one of several ways to do a thing, chosen where a process is put together and nowhere else. */
const adapter = '^packages/(store|transport|local)-';

const wall = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    wall(
      'flow-reads-operations-only',
      "A flow knows of a service what it can do: its operations.ts, and no other file. (A flow's test may put the whole flow together.)",
      { path: '^flows/', pathNot: test },
      { path: '^services/', pathNot: '^services/[^/]+/operations\\.ts$' },
    ),
    wall(
      'flow-stands-alone',
      'A flow never imports another flow.',
      { path: '^flows/([^/]+)/' },
      { path: '^flows/', pathNot: '^flows/$1/' },
    ),
    wall(
      'operations-are-values',
      'operations.ts says what a service can do, in the words of packages/: it imports nothing of its own service.',
      { path: '^services/[^/]+/operations\\.ts$' },
      { path: '^services/' },
    ),
    wall(
      'domain-decides-alone',
      "domain.ts knows its own operations.ts and tables.ts, and types of packages/. No library, no I/O, none of its service's other files.",
      { path: '^services/([^/]+)/domain\\.ts$' },
      { pathNot: ['^packages/', '^services/$1/(operations|tables)\\.ts$'] },
    ),
    wall(
      'domain-takes-types-only',
      'Of packages/ domain.ts imports types only: what it runs is its own.',
      { path: '^services/[^/]+/domain\\.ts$' },
      { path: '^packages/', dependencyTypesNot: ['type-only'] },
    ),
    wall(
      'service-stands-alone',
      'A service never imports another service.',
      { path: '^services/([^/]+)/' },
      { path: '^services/', pathNot: '^services/$1/' },
    ),
    wall('service-knows-no-flow', 'A service never imports a flow.', { path: '^services/' }, { path: '^flows/' }),
    wall(
      'packages-know-no-business',
      'A package serves any flow and any service, so it imports none.',
      { path: '^packages/' },
      { path: '^(services|flows)/' },
    ),
    wall(
      'only-composition-composes',
      "Nothing but apps/, simulator/ and bench/ imports them. (A test of a whole flow may, and who writes the pages of the server's flows.)",
      { path: '^(packages|services|flows|tools)/', pathNot: ['^flows/.*\\.test\\.ts$', '^tools/flow-docs\\.(test\\.)?ts$'] },
      { path: composition },
    ),
    wall(
      'adapters-are-chosen-outside',
      'Which store and which transport is decided where a process is put together.',
      { path: '^(services|flows|packages/(engine|flow|errors))/', pathNot: [test, testSupport] },
      { path: adapter },
    ),
    wall(
      'tests-are-for-tests',
      'Production code imports neither a test nor the test kit.',
      { path: '^(packages|services|flows|apps)/', pathNot: [test, testSupport, '^packages/testkit/'] },
      { path: ['^packages/testkit/', test, testSupport] },
    ),
    wall('tools-stay-outside', 'tools/ is for developers: nothing imports it.', { pathNot: '^tools/' }, { path: '^tools/' }),
    wall(
      'front-door',
      'Another workspace is imported by its name, through its exports, never by a path into its folder.',
      { path: '^([^/]+/[^/]+)/' },
      { path: '^(packages|services|flows|apps)/', pathNot: '^$1/', dependencyTypes: ['local'], dependencyTypesNot: ['aliased-workspace'] },
    ),
    wall('no-cycles', 'Files that import each other are one file, or a wall is in the wrong place.', {}, { circular: true }),
    wall('resolvable', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
  ],
  options: {
    // TypeScript 7 has no compiler API: with the default parser no TypeScript file would be read, and nothing found.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.ensemble)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mts', '.mjs', '.js', '.json'],
    },
  },
};
