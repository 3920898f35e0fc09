/** What an order is, to those who ask, from its acceptance to its end. */
export const orderStatuses = ['ACCEPTED', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED'] as const;

export type OrderStatus = (typeof orderStatuses)[number];

/** How an order ends. (FAILED is no end: it waits for a person, and goes on from there.) */
export const orderEnds = ['COMPLETED', 'CANCELLED'] as const satisfies readonly OrderStatus[];

export type OrderEnd = (typeof orderEnds)[number];

const ends: readonly unknown[] = orderEnds;

export const isEnd = (status: unknown): status is OrderEnd => ends.includes(status);
