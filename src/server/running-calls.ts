/** The tool calls under way, over all connections, so that a shutdown can wait for them or cancel them. */
import { DrainableSet } from './drainable-set.js';

/** One tool call: its signal fires when the client cancels it or when the server stops. */
export interface RunningCall {
  readonly signal: AbortSignal;
  end(): void;
}

export class RunningCalls {
  readonly #controllers = new DrainableSet<AbortController>();
  #stopped: string | undefined;

  /** Registers a call. `requested` is the signal that MCP gives to its request; its reason may be of any type. */
  begin(requested: AbortSignal): RunningCall {
    const controller = new AbortController();
    const cancel = (): void => abort(controller, 'The client cancelled the call.');
    if (requested.aborted) cancel();
    if (this.#stopped !== undefined) abort(controller, this.#stopped);
    // AbortSignal.any is avoided: on Node 20 it leaks when one of its sources lives long.
    requested.addEventListener('abort', cancel, { once: true });
    this.#controllers.add(controller);
    const end = (): void => {
      requested.removeEventListener('abort', cancel);
      this.#controllers.delete(controller);
    };
    return { signal: controller.signal, end };
  }

  /** Fires the signal of every call under way, and of those that still come. */
  stop(reason: string): void {
    this.#stopped = reason;
    for (const controller of this.#controllers) abort(controller, reason);
  }

  /** Resolves when no call is under way, or after `timeoutMs` milliseconds. */
  drained(timeoutMs: number): Promise<void> {
    return this.#controllers.drained(timeoutMs);
  }
}

function abort(controller: AbortController, reason: string): void {
  controller.abort(new DOMException(reason, 'AbortError'));
}
