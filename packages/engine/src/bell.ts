/** Wakes everyone who waits; who comes later waits for the next ring. */
export class Bell {
  #next = Promise.withResolvers<void>();

  ring(): void {
    const now = this.#next;
    this.#next = Promise.withResolvers();
    now.resolve();
  }

  /** Resolves at the next ring, or when the signal is aborted. */
  async heard(signal?: AbortSignal): Promise<void> {
    if (signal === undefined) return this.#next.promise;
    if (signal.aborted) return;
    const aborted = Promise.withResolvers<void>();
    const abort = (): void => aborted.resolve();
    signal.addEventListener('abort', abort, { once: true });
    await Promise.race([this.#next.promise, aborted.promise]);
    signal.removeEventListener('abort', abort);
  }
}
