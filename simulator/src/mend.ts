/** What a person does about what does not go on by itself. */
import { parked, type ParkedRow } from '@ensemble/engine';
import type { World } from './world.ts';

/** Starts what is down, and has dead letters tried again. What was held comes at last. */
export async function mend(world: World): Promise<void> {
  for (const { name } of world.participants) if (world.isDown(name)) await world.start(name);
  for (const store of world.stores.values()) {
    const dead = (await store.select(parked, { where: [['dead', '=', true]] })) as readonly ParkedRow[];
    const unit = await store.begin();
    const again = dead.map((row) => ({ ...row, dead: false, attempts: 0, nextAt: unit.now }));
    await unit.commit([{ table: parked, update: again }]);
  }
  await world.network.release();
}
