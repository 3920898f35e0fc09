-- What a service has asked outside (a payment provider, a carrier) and not heard the word of. Gone when the word has come.
create table calls (
  order_id  uuid not null,
  operation text not null,
  request   text not null,          -- JSON: the question
  asked     text not null,          -- JSON: who asked the service for the operation; its answer is said when the word comes
  undo      text,                   -- JSON: who asked it to take the operation back meanwhile
  attempts  integer not null,
  next_at   timestamptz not null,   -- when it is asked what became of it
  asked_at  timestamptz not null,
  primary key (order_id, operation)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index calls_next on calls (next_at);
