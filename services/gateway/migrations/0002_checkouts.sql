-- Up to which version each customer's cart was ordered, and by which order: what was put in later is in it still.
create table checkouts (
  customer_id text primary key,
  version     int not null,
  order_id    uuid not null
);
