-- A card's provider is asked: until it has said so nobody knows the payment's id, and what it pays comes from an account of its own.
alter table payments add column paid_from text;
update payments set paid_from = customer_id;
alter table payments drop constraint payment_complete;
alter table payments add constraint payment_complete check (
  customer_id is not null and amount is not null and currency is not null and payment_method is not null and paid_from is not null
    and (payment_id is not null or state in ('waiting', 'undoing'))
  or state in ('refused', 'undone')
);
