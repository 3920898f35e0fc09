-- What every service has beside its own tables: what it still has to say, what waits aside, and the clocks of orders it owns.
create table outbox (
  id         char(36) character set ascii collate ascii_bin primary key,
  payload    longtext not null,    -- [[topic, key, message], …]: all that one batch says; from 8 kB on as Zstandard in base64
  created_at datetime(3) not null
);

create table parked (
  message_id varchar(512) not null,
  reader     varchar(128) not null,
  order_id   varchar(255) not null,
  topic      varchar(255) not null,
  message    longtext not null,
  reason     longtext not null,
  attempts   int not null,
  dead       boolean not null,     -- a dead letter: tried often enough, or unfit from the start
  next_at    datetime(3),          -- null: only a person tries it again
  parked_at  datetime(3) not null,
  primary key (message_id, reader),
  key parked_next (dead, next_at),
  key parked_dead (dead, message_id)
);

-- Orders that a service owns and nobody coordinates: when its clock takes one back, or says again that it was. Gone when the order ends.
create table due (
  order_id char(36) character set ascii collate ascii_bin primary key,
  flow     varchar(255) not null,
  version  varchar(255),
  attempts int not null,         -- how often it was said that the order is taken back; 0: it is on its way
  since    datetime(3) not null, -- since when that is so
  due_at   datetime(3) not null,
  flagged  boolean not null,     -- a person should look: not all of it was taken back in time
  key due_next (due_at)
);

grant select, insert, delete on outbox to :role;
grant select, insert, update, delete on parked to :role;
grant select, insert, update, delete on due to :role;
