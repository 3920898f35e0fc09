-- Orders that were answered 202: known here before any other service has heard of them.
create table accepted (
  order_id    uuid primary key,
  customer_id text not null,
  flow        text not null,
  accepted_at timestamptz not null
);

-- Idempotency keys, each with what was asked under it first.
create table requests (
  customer_id     text not null,
  idempotency_key text not null,
  fingerprint     text not null,
  order_id        uuid not null,
  requested_at    timestamptz not null,
  primary key (customer_id, idempotency_key)
);

-- Up to which version each customer's cart was ordered, and by which order: what was put in later is in it still.
create table checkouts (
  customer_id text primary key,
  version     int not null,
  order_id    uuid not null
);
