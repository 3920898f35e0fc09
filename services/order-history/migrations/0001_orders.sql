create table orders (
  order_id    uuid primary key,
  flow        text not null,
  status      text not null check (status in ('ACCEPTED', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED')),
  customer_id text,
  lines       text, -- JSON
  total       bigint check (total >= 0), -- minor units
  currency    text,
  payment_id  text,
  reason      text,
  timeline    text not null, -- JSON
  archived    text, -- JSON: what an order came to, in flows that archive it
  created_at  timestamptz not null,
  updated_at  timestamptz not null
) with (fillfactor = 50, toast_tuple_target = 4080); -- grows with each message; compressed only when it is really long

-- Lists are ordered by order_id, which is their age (UUIDv7). None by status: it would make every step write the indexes.
create index orders_by_customer on orders (customer_id, order_id);
