import { LRUCache } from "lru-cache";

const mostForms = 1000;

/** The newest request in each open form. What an older one has read meanwhile must not be drawn over its work. */
export interface LatestRequests {
  /** Marks a request as the newest in a form, for one of the things that it can be about. */
  mark(viewId: string, about: "number" | "agent", requestId: string): void;
  /** Whether no other request has become the newest since; true as well for a form that none was marked for. */
  isLatest(viewId: string, about: "number" | "agent", requestId: string): boolean;
}

/** A memory of the newest requests in at most a thousand forms. */
export function latestRequests(): LatestRequests {
  const newest = new LRUCache<string, string>({ max: mostForms });
  return {
    mark: (viewId, about, requestId) => void newest.set(`${about} ${viewId}`, requestId),
    isLatest: (viewId, about, requestId) => (newest.get(`${about} ${viewId}`) ?? requestId) === requestId,
  };
}
