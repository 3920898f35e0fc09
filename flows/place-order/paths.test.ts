import { walks } from '@ensemble/testkit/walks';
import { placeOrder } from './place-order.flow.ts';

walks(placeOrder);
