create table orders (
  order_id       uuid primary key,
  flow           text not null,
  state          text not null check (state in ('done', 'refused', 'undone', 'waiting', 'undoing')),
  answers        text not null, -- JSON
  updated_at     timestamptz not null,
  customer_id    text,
  lines          text, -- JSON
  payment_method text,
  priced_lines   text, -- JSON
  total          bigint check (total >= 0),
  currency       text check (currency ~ '^[A-Z]{3}$'),
  payment_id     text,
  -- a tombstone knows neither
  constraint order_complete check (customer_id is not null and lines is not null or state in ('refused', 'undone')),
  constraint total_has_currency check ((total is null) = (currency is null))
) with (fillfactor = 60); -- inserted once, completed or cancelled once

revoke delete, truncate on orders from :role; -- a record outlives every message that could ask again
