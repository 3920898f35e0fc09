/** Waits for a condition, looking again every few milliseconds, and fails with what it last saw when it takes too long. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  saw: () => string | Promise<string> = () => holds.toString(),
  seconds = 20,
): Promise<void> {
  const deadline = Date.now() + seconds * 1_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${await saw()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
