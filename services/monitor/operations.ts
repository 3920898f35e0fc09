/** What the monitor can do: listen, and know of each order that nobody coordinates how it stands and whose answer is to come. */
import { projects } from '@ensemble/flow';

export const watch = projects('monitor.watch');
