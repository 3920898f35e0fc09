import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { statementsOf } from './statements.ts';

describe('the statements of a migration', () => {
  it('end with a semicolon, and need none at the end', () => {
    assert.deepEqual(statementsOf('create table a (id int);\n\ncreate table b (id int)\n'), [
      'create table a (id int)',
      'create table b (id int)',
    ]);
    assert.deepEqual(statementsOf(' ; ;\n'), []);
  });

  it('keep a semicolon that is quoted, whatever else is', () => {
    const insert = `insert into a values ('x;''y\\';', "a;""b", 1 - 2 / 3)`;
    assert.deepEqual(statementsOf(`${insert}; select 1 as \`a;b\`;`), [insert, 'select 1 as `a;b`']);
  });

  it('have no comments', () => {
    assert.deepEqual(statementsOf("-- it's; first\ncreate table a ( -- no; end\n  id int /* here; neither */\n); -- last"), [
      'create table a ( \n  id int \n)',
    ]);
  });
});
