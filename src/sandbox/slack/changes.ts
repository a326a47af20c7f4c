/** Says that something is no longer as it was: a message, a form, a call, a request. It does not say what. */
export interface Changes {
  tell(): void;
  /** Calls the listener after every change; gives what ends that. It must not throw. */
  listen(listener: () => void): () => void;
}

/** Keeps who wants to know of changes; nobody at first. */
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
