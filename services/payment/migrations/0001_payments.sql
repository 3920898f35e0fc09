create table accounts (
  customer_id text primary key,
  currency    text not null check (currency ~ '^[A-Z]{3}$'),
  deposited   bigint not null check (deposited >= 0),
  balance     bigint not null check (balance >= 0),
  methods     text not null, -- JSON
  version     int not null default 1
) with (fillfactor = 30); -- updated by every order of its customer: room for updates in place

revoke delete, truncate on accounts from :role; -- a refund would have nowhere to go

create table payments (
  order_id       uuid primary key,
  flow           text not null,
  state          text not null check (state in ('done', 'refused', 'undone', 'waiting', 'undoing')),
  answers        text not null, -- JSON
  updated_at     timestamptz not null,
  customer_id    text,
  amount         bigint check (amount >= 0), -- minor units
  currency       text,
  payment_method text,
  payment_id     text,
  paid_from      text, -- the account it comes from: the customer's, or a card's own
  -- a tombstone knows none of it; where a card's provider is asked nobody knows the payment's id until it has said it
  constraint payment_complete check (
    customer_id is not null and amount is not null and currency is not null and payment_method is not null and paid_from is not null
      and (payment_id is not null or state in ('waiting', 'undoing'))
    or state in ('refused', 'undone')
  )
) with (fillfactor = 80); -- inserted once; few are refunded

-- Double entry in one row: what one account gives the other gains, so the books balance by construction.
create table ledger (
  order_id     uuid not null references payments,
  entry        text not null check (entry in ('charge', 'refund')),
  from_account text not null,
  to_account   text not null,
  amount       bigint not null check (amount >= 0), -- minor units
  currency     text not null,
  primary key (order_id, entry),
  -- the customer pays and is refunded, never the other way round
  constraint ledger_direction check (from_account <> to_account and (entry = 'charge') = (to_account = 'merchant'))
);

revoke update, delete, truncate on ledger from :role; -- what was booked stays booked

revoke delete, truncate on payments from :role; -- a record outlives every message that could ask again
