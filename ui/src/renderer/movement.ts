/**
 * Runs page turns and jumps one after the other. The paginator ignores calls while it turns a page, and loses its
 * position if it is moved again before it has arrived.
 */
export class MovementQueue {
  #last: Promise<void> = Promise.resolve();
  #pendingTurns = 0;
  /** Number of the latest jump. */
  #jumps = 0;
  #turning = false;
  readonly #onQueued: () => void;

  /** `onQueued` is called whenever a movement is accepted. */
  constructor(onQueued: () => void) {
    this.#onQueued = onQueued;
  }

  get isTurning(): boolean {
    return this.#turning;
  }

  /** Queues a page turn. At most one may wait, so that holding a key down does not queue many. */
  async turn(go: () => Promise<void>): Promise<void> {
    if (this.#pendingTurns > 1) return;
    this.#pendingTurns += 1;
    await this.#enqueue(async () => {
      this.#turning = true;
      try {
        await go();
      } finally {
        this.#turning = false;
        this.#pendingTurns -= 1;
      }
    });
  }

  /** Queues a jump. It is skipped if another one is queued before it starts. */
  jump(go: () => Promise<void>): Promise<void> {
    this.#jumps += 1;
    const jump = this.#jumps;
    return this.#enqueue(async () => {
      if (jump === this.#jumps) await go();
    });
  }

  #enqueue(go: () => Promise<void>): Promise<void> {
    this.#onQueued();
    const done = this.#last.then(go);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
