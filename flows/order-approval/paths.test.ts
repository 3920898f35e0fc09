import { walks } from '@ensemble/testkit/walks';
import { orderApproval } from './order-approval.flow.ts';

walks(orderApproval);
