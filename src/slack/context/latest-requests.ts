import { LRUCache } from "lru-cache";

const mostForms = 1000;

/** The newest request of each open form, so that the result of an older one does not overwrite it. */
export interface LatestRequests {
  /** Marks a request as the newest in a form for one of its inputs. */
  mark(viewId: string, about: "number" | "agent", requestId: string): void;
  /** Marks a form as closed: no request is the newest in it. */
  close(viewId: string): void;
  /** Whether the request is still the newest; also true if none was marked for the form. */
  isLatest(viewId: string, about: "number" | "agent", requestId: string): boolean;
}

/** Remembers the newest requests of at most a thousand forms. */
export function latestRequests(): LatestRequests {
  const newest = new LRUCache<string, string>({ max: mostForms });
  return {
    mark: (viewId, about, requestId) => void newest.set(`${about} ${viewId}`, requestId),
    close: (viewId) => {
      for (const about of ["number", "agent"]) newest.set(`${about} ${viewId}`, "closed");
    },
    isLatest: (viewId, about, requestId) => (newest.get(`${about} ${viewId}`) ?? requestId) === requestId,
  };
}
