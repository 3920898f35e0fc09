-- The last position given out. An append takes the next one under the lock of this one row and commits at once, so that positions
-- appear in their order and without gaps. (A sequence gives numbers that commit out of order, and readers skip rows.)
create table head (
  single   boolean primary key default true check (single),
  position bigint not null
) with (fillfactor = 10);
insert into head (position) values (0);

-- The log: one row for all that one process had to say at a time, over all topics.
create table entries (
  position    bigint primary key,
  bytes       integer not null,       -- of the messages' keys and values: what reading it takes in memory
  -- a line of JSON, [[topic, partition, key, length, headers?], …], then the values, one after another; from 8 kB on as Zstandard in base64
  payload     text not null,
  appended_at timestamptz not null default clock_timestamp()
) with (toast_tuple_target = 8160);
alter table entries alter payload set storage external; -- what is long is compressed already

create table topics (
  name       text primary key,
  partitions integer not null check (partitions > 0),
  begins_at  bigint not null          -- the first position that can hold a message of it
);

-- Who is connected. A process is dead when its session is gone, or when it has said nothing for a while.
create table processes (
  process       uuid primary key,
  pid           integer not null,
  backend_start timestamptz not null,
  heartbeat     timestamptz not null
) with (fillfactor = 50);

create view dead_processes as
  select process from processes p
  where heartbeat < clock_timestamp() - interval '6 seconds'
     -- after a restart of the server all sessions are gone, and their processes are on their way back
     or (backend_start >= pg_postmaster_start_time() and not exists (
       select from pg_stat_activity a where a.pid = p.pid and (a.backend_start = p.backend_start or a.backend_start is null)));

create table members (
  group_name text not null,
  member     text not null,
  process    uuid not null references processes on delete cascade,
  instance   uuid not null,           -- a restarted member is another one of the same name
  topics     text[] not null,
  primary key (group_name, member)
);
create index members_process on members (process);

-- Grows whenever a process or a member comes or goes, so that the others look.
create table membership (
  single boolean primary key default true check (single),
  epoch  bigint not null
) with (fillfactor = 10);
insert into membership (epoch) values (0);

-- Where each group begins again: the first offset that it has not worked. An offset is position × 65536 + place within the entry.
create table offsets (
  group_name text not null,
  topic      text not null references topics,
  partition  integer not null,
  position   bigint not null,
  primary key (group_name, topic, partition)
) with (fillfactor = 30, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
