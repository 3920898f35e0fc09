import { walks } from '@ensemble/testkit/walks';
import { createOrder } from './create-order.flow.ts';

walks(createOrder);
