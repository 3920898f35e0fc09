alter table orders add column archived text; -- JSON: what an order came to, in flows that archive it
