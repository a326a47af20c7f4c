import type { CachedList, ReadList } from "../../domain/vendor/inventory-cache.ts";

/** The stored copy of a list, as this process knows it. Without one, nothing is stored. */
export interface StoredCopy<T> {
  /** Whether something may be stored that this process has not read. */
  isOutdated(): boolean;
  /** Another replica may have stored something. */
  outdate(): void;
  /** The stored list, unless it is as this process has left it. `made` transforms its items. */
  news(made: (item: T) => T): Promise<ReadList<T> | undefined>;
  /** Stores a list that the vendor is about to be asked for, once it is there. */
  keeping(): (list: ReadList<T>) => void;
  revise(item: T): void;
  /** Resolves when everything so far is stored, or could not be. */
  saved(): Promise<void>;
}

/** Reads and writes the copy, one write after the other. A failure is reported and retried with the next change. */
export function storedCopy<T>(
  copy: CachedList<T> | undefined,
  onFailed: (error: unknown) => void,
): StoredCopy<T> {
  let isOutdated = copy !== undefined;
  /** The version that this process has read or written itself; undefined if others came in between. */
  let known: number | undefined;
  let saving = Promise.resolve();
  let looking: Promise<ReadList<T> | undefined> | undefined;

  const look = async (from: CachedList<T>, made: (item: T) => T): Promise<ReadList<T> | undefined> => {
    isOutdated = false;
    await saving;
    if (known !== undefined && (await from.version()) === known) return undefined;
    const found = await from.read(made);
    known = found?.version ?? 0;
    return found;
  };
  const save = (write: (to: CachedList<T>) => Promise<number | undefined>): void => {
    if (!copy) return;
    const written = async (): Promise<void> => {
      const now = await write(copy);
      if (now === undefined) return;
      const isAlone = known !== undefined && now === known + 1;
      known = isAlone ? now : undefined;
      isOutdated ||= !isAlone;
    };
    saving = saving.then(written).catch(onFailed);
  };
  return {
    isOutdated: () => isOutdated || looking !== undefined,
    outdate: () => {
      isOutdated = copy !== undefined;
    },
    news: async (made) => {
      if (!copy) return undefined;
      looking ??= look(copy, made)
        .catch((error: unknown) => {
          onFailed(error);
          return undefined;
        })
        .finally(() => (looking = undefined));
      return looking;
    },
    keeping: () => {
      // The version before the first page: the list may be older than what is stored from now on.
      const since = saving.then(async () => copy?.version());
      since.catch(() => undefined);
      return (list) => save(async (to) => to.keep(list, await since));
    },
    revise: (item) => save(async (to) => to.revise(item)),
    saved: async () => saving,
  };
}
