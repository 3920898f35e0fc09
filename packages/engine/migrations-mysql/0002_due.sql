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

grant select, insert, update, delete on due to :role;
