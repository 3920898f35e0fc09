-- What every service has beside its own tables: what it still has to say, and what waits aside.
create table outbox (
  id         uuid primary key,
  payload    text not null,       -- [[topic, key, message], …]: all that one batch says
  created_at timestamptz not null
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
alter table outbox alter payload set storage external; -- written once, read hardly ever: compressing costs more than it saves

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
