/** Milliseconds between two looks, at first and after a second; many look at a server, which has other work. */
const pause = { first: 10, most: 50 };

/** Waits for a condition, looking again after each pause, and fails with what it last saw when it takes too long. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  saw: () => string | Promise<string> = () => holds.toString(),
  seconds = 20,
): Promise<void> {
  const began = Date.now();
  while (!(await holds())) {
    const waited = Date.now() - began;
    if (waited > seconds * 1_000) throw new Error(`not within ${seconds} s: ${await saw()}`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause.most, Math.max(pause.first, waited / 20))));
  }
}
