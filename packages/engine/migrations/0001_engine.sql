-- What every service has beside its own tables: what it still has to say, what waits aside, and the clocks of orders it owns.
create table outbox (
  id         uuid primary key,
  payload    text not null,       -- [[topic, key, message], …]: all that one batch says; from 8 kB on as Zstandard in base64
  created_at timestamptz not null
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
alter table outbox alter payload set storage external; -- what is long is compressed already

create table parked (
  message_id text not null,
  reader     text not null,
  order_id   text not null,
  topic      text not null,
  message    text not null,
  reason     text not null,
  attempts   integer not null,
  dead       boolean not null,    -- a dead letter: tried often enough, or unfit from the start
  next_at    timestamptz,         -- null: only a person tries it again
  parked_at  timestamptz not null,
  primary key (message_id, reader)
);
create index parked_next on parked (dead, next_at);
create index parked_dead on parked (message_id collate "C") where dead; -- what only waits costs nothing in it

-- Orders that a service owns and nobody coordinates: when its clock takes one back, or says again that it was. Gone when the order ends.
create table due (
  order_id uuid primary key,
  flow     text not null,
  version  text,
  attempts integer not null,        -- how often it was said that the order is taken back; 0: it is on its way
  since    timestamptz not null,    -- since when that is so
  due_at   timestamptz not null,
  flagged  boolean not null         -- a person should look: not all of it was taken back in time
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index due_next on due (due_at);
