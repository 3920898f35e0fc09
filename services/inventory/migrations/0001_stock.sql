create table stock (
  product_id text primary key,
  stocked    bigint not null,
  available  bigint not null check (available >= 0),
  held       bigint not null default 0 check (held >= 0),
  sold       bigint not null default 0 check (sold >= 0),
  constraint stock_sums check (available + held + sold = stocked)
) with (fillfactor = 20); -- few rows, updated all the time: room for updates in place

revoke delete, truncate on stock from :role; -- what is reserved would have nowhere to go back to

create table reservations (
  order_id   uuid primary key,
  flow       text not null,
  state      text not null check (state in ('done', 'refused', 'undone', 'waiting', 'undoing')),
  answers    text not null, -- JSON
  updated_at timestamptz not null,
  lines      text,          -- JSON
  constraint reservation_complete check (lines is not null or state in ('refused', 'undone')) -- a tombstone knows no lines
) with (fillfactor = 60);

revoke delete, truncate on reservations from :role; -- a record outlives every message that could ask again

-- What products cost, as the product service told last: inventory's own copy, by which an order's total is checked.
create table prices (
  product_id text primary key,
  price      bigint not null check (price >= 0), -- minor units
  currency   text not null,
  version    int not null
);
