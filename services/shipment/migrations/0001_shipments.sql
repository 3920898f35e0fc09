create table shipments (
  order_id    uuid primary key,
  flow        text not null,
  state       text not null check (state in ('done', 'refused', 'undone', 'waiting', 'undoing')),
  answers     text not null, -- JSON
  updated_at  timestamptz not null,
  customer_id text,
  lines       text, -- JSON
  shipment_id text,
  -- a tombstone knows none of it
  constraint shipment_complete check (
    customer_id is not null and lines is not null and shipment_id is not null or state in ('refused', 'undone', 'waiting', 'undoing')
  )
) with (fillfactor = 80); -- inserted once; few are cancelled

revoke delete, truncate on shipments from :role; -- a record outlives every message that could ask again
