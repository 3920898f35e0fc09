-- What products cost, as the product service told last: inventory's own copy, by which an order's total is checked.
create table prices (
  product_id text primary key,
  price      bigint not null check (price >= 0), -- minor units
  currency   text not null,
  version    int not null
);
