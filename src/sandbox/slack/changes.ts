/** Notifies listeners that something changed: a message, a form, a call, a request. It does not say what. */
export interface Changes {
  tell(): void;
  /** Calls the listener after every change. Returns a function that unsubscribes. The listener must not throw. */
  listen(listener: () => void): () => void;
}

export function changes(): Changes {
  const listeners = new Set<() => void>();
  return {
    tell() {
      for (const listener of listeners) listener();
    },
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
