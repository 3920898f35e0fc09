-- Orders that a service owns and nobody coordinates: when its clock takes one back, or says again that it was. Gone when the order ends.
create table due (
  order_id uuid primary key,
  flow     text not null,
  version  text,
  attempts integer not null,        -- how often it was said that the order is taken back; 0: it is on its way
  since    timestamptz not null,    -- since when that is so
  due_at   timestamptz not null,
  flagged  boolean not null         -- a person should look: not all of it was taken back in time
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index due_next on due (due_at);
