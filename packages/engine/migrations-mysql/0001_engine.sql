-- What every service has beside its own tables: what it still has to say, and what waits aside.
create table outbox (
  id         char(36) character set ascii collate ascii_bin primary key,
  payload    longtext not null,    -- [[topic, key, message], …]: all that one batch says
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
  key parked_next (dead, next_at)
);

grant select, insert, delete on outbox to :role;
grant select, insert, update, delete on parked to :role;
