/** Whether it ended in time; it is not waited for any longer. What it threw is told. */
export async function within(milliseconds: number, work: () => Promise<void>, failed: (error: unknown) => void): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), milliseconds);
  const done = work().then(
    () => true,
    (error: unknown) => {
      failed(error);
      return true;
    },
  );
  const ended = await Promise.race([done, late.promise]);
  clearTimeout(timer);
  return ended;
}
