create table orders (
  order_id       char(36) character set ascii collate ascii_bin primary key,
  flow           varchar(255) not null,
  state          varchar(20) not null check (state in ('done', 'refused', 'undone', 'waiting', 'undoing')),
  answers        longtext not null, -- JSON
  updated_at     datetime(3) not null,
  customer_id    varchar(255),
  `lines`        longtext, -- JSON
  payment_method varchar(255),
  priced_lines   longtext, -- JSON
  total          bigint check (total >= 0),
  currency       varchar(3) check (currency regexp '^[A-Z]{3}$'),
  payment_id     varchar(255),
  -- a tombstone knows neither
  constraint order_complete check (customer_id is not null and `lines` is not null or state in ('refused', 'undone')),
  constraint total_has_currency check ((total is null) = (currency is null))
);

grant select, insert, update on orders to :role; -- no delete: a record outlives every message that could ask again
