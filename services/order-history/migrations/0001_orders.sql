create table orders (
  order_id    uuid primary key,
  flow        text not null,
  status      text not null check (status in ('ACCEPTED', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED')),
  customer_id text,
  lines       jsonb,
  total       bigint check (total >= 0), -- minor units
  currency    text,
  payment_id  text,
  reason      text,
  timeline    jsonb not null check (jsonb_array_length(timeline) > 0),
  created_at  timestamptz not null,
  updated_at  timestamptz not null
) with (fillfactor = 50, toast_tuple_target = 4080); -- grows with each message; compressed only when it is really long

create index orders_by_customer on orders (customer_id, created_at);
create index orders_by_status on orders (status, created_at);
