import { walks } from '@ensemble/testkit/walks';
import { standard } from './standard.flow.ts';

walks(standard);
