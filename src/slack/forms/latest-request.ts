/** The newest request in each open form. What an older one has read meanwhile must not be drawn over its work. */
const newest = new Map<string, string>();
const mostForms = 1000;

/** Marks a request as the newest in a form, for one of the things that it can be about. */
export function markLatest(viewId: string, about: "number" | "agent", requestId: string): void {
  const key = `${about} ${viewId}`;
  newest.delete(key);
  newest.set(key, requestId);
  const [oldest] = newest.keys();
  if (newest.size > mostForms && oldest !== undefined) newest.delete(oldest);
}

/** Whether no other request has become the newest since; true as well for a form that none was marked for. */
export function isLatest(viewId: string, about: "number" | "agent", requestId: string): boolean {
  return (newest.get(`${about} ${viewId}`) ?? requestId) === requestId;
}
