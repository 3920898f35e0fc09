import assert from 'node:assert/strict';
import { it } from 'node:test';
import { statementsOf } from './statements.ts';

it('a semicolon ends a statement, but not within what is quoted in any of PostgreSQL’s ways, nor in a comment', () => {
  const statements = [
    `insert into a values ('x;''y\\', E'a;\\'b;', 1 - 2 / 3)`,
    'select 1 as "a;b", $1, a$b$c',
    'create function f() returns void language sql as $body$ select 1; select $$;$$; $body$',
    'do $$ begin null; end $$',
  ];
  assert.deepEqual(statementsOf(`-- it's; first\n${statements.join(' ; ;\n/* here; too */')}; -- last`), statements);
});
