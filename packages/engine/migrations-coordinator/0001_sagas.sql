create table sagas (
  order_id   uuid primary key,
  flow       text not null,
  version    text not null,
  state      text not null check (state in ('RUNNING', 'COMPENSATING', 'COMPLETED', 'COMPENSATED', 'FAILED')),
  progress   text not null, -- JSON: what is known, what was asked; one column, since it changes with every step
  flagged    boolean not null,
  reason     text,
  open       boolean not null,
  due_at     timestamptz,
  updated_at timestamptz not null
) with (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.02);
-- due_at changes with every step: an index on it would make every update write every index. Few are open at once.
create index sagas_open on sagas (open, order_id);

create table flow_versions (
  flow       text not null,
  version    text not null,
  plan       text not null, -- JSON
  created_at timestamptz not null,
  primary key (flow, version)
);
