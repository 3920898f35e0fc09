create table sagas (
  order_id   char(36) character set ascii collate ascii_bin primary key,
  flow       varchar(255) not null,
  version    varchar(255) not null,
  state      varchar(20) not null check (state in ('RUNNING', 'COMPENSATING', 'COMPLETED', 'COMPENSATED', 'FAILED')),
  progress   longtext not null, -- JSON: what is known, what was asked; one column, since it changes with every step
  flagged    boolean not null,
  reason     longtext,
  `open`     boolean not null,
  due_at     datetime(3),
  updated_at datetime(3) not null,
  -- due_at changes with every step: an index on it would be written with every step. Few are open at once.
  key sagas_open (`open`, order_id)
);

create table flow_versions (
  flow       varchar(255) not null,
  version    varchar(255) not null,
  plan       longtext not null, -- JSON
  created_at datetime(3) not null,
  primary key (flow, version)
);

grant select, insert, update on sagas to :role; -- no order is forgotten
grant select, insert, update on flow_versions to :role; -- update: a row that is looked for is locked
