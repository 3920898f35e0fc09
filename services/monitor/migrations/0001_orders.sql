create table orders (
  order_id   uuid primary key,
  flow       text not null,
  state      text not null check (state in ('RUNNING', 'COMPENSATING', 'COMPLETED', 'COMPENSATED', 'FAILED')),
  progress   text not null, -- JSON: the messages that were heard, and whose answers are to come
  open       boolean not null,
  due_at     timestamptz,
  flagged_at timestamptz,
  updated_at timestamptz not null,
  check (open = (due_at is not null))
) with (fillfactor = 40, toast_tuple_target = 4080, autovacuum_vacuum_scale_factor = 0.02); -- grows with each message
-- due_at changes with every message: an index on it would make every update write every index. Few are open at once.
create index orders_open on orders (open, order_id);
