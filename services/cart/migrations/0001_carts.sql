create table carts (
  customer_id text primary key,
  version     int not null check (version >= 1), -- one more with every change
  items       text not null                      -- JSON: [{productId, quantity, version}, …]
) with (fillfactor = 70);
