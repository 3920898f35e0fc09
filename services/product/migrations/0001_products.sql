create table products (
  product_id  text primary key,
  name        text not null check (length(name) <= 500),
  description text not null,
  price       bigint not null check (price between 0 and 9000000000000), -- minor units
  currency    text not null check (currency ~ '^[A-Z]{3}$'),
  active      boolean not null default true,
  version     int not null default 1
);

create table validations (
  order_id   uuid primary key,
  flow       text not null,
  state      text not null check (state in ('done', 'refused', 'undone', 'waiting', 'undoing')),
  answers    text not null, -- JSON: the prices that were said
  updated_at timestamptz not null
);

revoke delete, truncate on validations from :role; -- a record outlives every message that could ask again
